import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeAlertmanager, startAlertmanager } from '../../sandbox/alertmanager/api.ts';
import { type Ephemeral, type Message, PEOPLE, visibleText } from '../../sandbox/slack/index.ts';
import { pressesOf } from '../../src/app/presses.ts';
import { createPipeline } from '../../src/core/pipeline/index.ts';
import { createHome } from '../../src/incidents/home/index.ts';
import { type Bench, openBench } from '../core/pipeline/bench.ts';
import { fakeImages } from '../fakes/images.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { notAsked } from '../support/asked.ts';
import { useServer } from '../support/busy.ts';
import { binFolders } from '../support/postgres.server.ts';
import { alert, bodyOf, resolved } from './support/alerts.ts';
import { untilWhispered, whispers } from './support/seen.ts';

/**
 * Every button and every form, pressed when it is outdated: it says why, changes nothing, and what was pressed is drawn anew. A
 * button without a row here fails.
 */

const config = (): string =>
  `${TEAM.replace("admin: ['@sato']", "admin: ['@sato'], approver: ['@sato']").replace('FILE}}', 'FILE}}, databases: {orders: {url: ORDERS_URL}}')}
sources: {main: {token: ALERTMANAGER_WEBHOOK_TOKEN, api: ['${alertmanager.url}']}}
`;
const MINUTE = 60_000;

/** Somebody's PostgreSQL, of which the program knows as well. */
const [bin] = await binFolders();
const used = useServer(bin!);
let app: TestApp;
let alertmanager: FakeAlertmanager;
beforeAll(async () => {
  alertmanager = await startAlertmanager();
  // Nothing is over because it does not have it.
  alertmanager.answers.set('/status', { status: 503, body: 'away' });
  app = await startTestApp({ config: config(), env: { ORDERS_URL: used.server.url('hikeshi', 'postgres') } });
});
afterAll(async () => {
  await app.close();
  await alertmanager.close();
});

let count = 0;

/** An incident of its own, on a workload of its own. */
async function incident() {
  const name = `w${++count}`;
  app.cluster.world.create({ namespace: 'shop', name, replicas: 2 });
  const firing = alert({ now: app.now(), labels: { alertname: `Alert${count}`, deployment: name } });
  await app.send(bodyOf([firing]));
  const post = await app.slack.until(() => said('alerts', new RegExp(`Alert${count}\\b`)));
  await app.atRest();
  const clears = async (): Promise<void> => {
    await app.send(bodyOf([resolved(firing, app.now())]));
    await app.atRest();
  };
  const joined = async (): Promise<void> => {
    await app.send(bodyOf([firing, alert({ now: app.now(), labels: { ...firing.labels, pod: 'another' } })]));
    await app.atRest();
  };
  return { name, post: now(post), clears, joined };
}

/** An incident that hana has resolved while its alert fires; its post as it stands then. */
async function heldBack() {
  const { post, ...rest } = await incident();
  await app.slack.as('hana').click(post, 'Resolve');
  await app.slack.until(() => app.slack.as('hana').view());
  await app.slack.as('hana').submit();
  const held = await app.slack.until(() => {
    const shown = now(post);
    return visibleText(shown).includes('Reopen') && shown;
  });
  await app.atRest();
  return { ...rest, post: held };
}

const said = (channel: string, pattern: RegExp): Message | undefined =>
  app.slack.channel(channel).messages.find((m) => pattern.test(visibleText(m)));

/** As it is on the screen now, and stays there when it is drawn anew. */
const now = (message: Message): Message =>
  structuredClone(app.slack.channel(message.channel).message(message.ts) ?? message);

/** Mika's form, filled in. On a busy machine it may say that it was too late, and asks to press again. */
async function confirm(): Promise<void> {
  await app.slack.until(() => app.slack.as('mika').view()?.['submit']);
  let answered = await app.slack.as('mika').submit({ reason: 'test' });
  for (let tries = 1; tries < 3 && !answered.ok; tries++)
    answered = await app.slack.as('mika').submit({ reason: 'test' });
  expect(answered).toEqual({ ok: true });
}

/** Typed, previewed and confirmed by mika; its post when the pattern shows. */
async function done(typed: string, shows = /Healthy/): Promise<Message> {
  await app.slack.as('mika').command('ops', `/ops ${typed}`);
  await confirm();
  const name = typed.split(/[ /]/)[2]!;
  const post = await app.slack.until(
    () =>
      app.slack
        .channel('ops')
        .posts()
        .findLast((m) => visibleText(m).includes(name) && shows.test(visibleText(m))),
    20_000,
  );
  return now(post);
}

async function press(person: string, post: Stale['post'], label: string): Promise<void> {
  const screen = post === 'home' ? {} : { screen: post.blocks ?? [] };
  expect(await app.slack.as(person).click(post, label, { confirm: true, ...screen })).toMatchObject({ ok: true });
}

async function approving(verbs: string, body: () => Promise<Stale>): Promise<Stale> {
  await app.writeConfig(config().replace('KUBECONFIG_FILE}}', `KUBEconfig()_FILE}}, approval: [${verbs}]`));
  app.app().live.reload();
  const stale = await body();
  await app.writeConfig(config());
  app.app().live.reload();
  return stale;
}

interface Stale {
  /** As it is on somebody's screen. */
  readonly post: Message | Ephemeral | 'home';
  readonly label: string;
  readonly by: string;
}

interface Case {
  readonly what: string;
  readonly given: () => Promise<Stale>;
  readonly says: RegExp;
  /** Where it is said: alone to who pressed (and the message is drawn anew), in the form, or in place of the private message. */
  readonly where?: 'form' | 'in-place' | 'home';
}

/** The button of a post as it stood before its alerts cleared. */
async function onceResolved(label: string): Promise<Stale> {
  const { post, clears } = await incident();
  await clears();
  return { post, label, by: 'mika' };
}

const CLICKS: Readonly<Record<string, readonly Case[]>> = {
  ack: [
    {
      what: 'somebody else has it',
      async given() {
        const { post } = await incident();
        await press('hana', post, 'Acknowledge');
        await untilWhispered(app, 'hana', /You have INC/);
        return { post, label: 'Acknowledge', by: 'mika' };
      },
      says: /<@U0HANA0001> already has it, since .*Nothing changed/,
    },
    {
      what: 'it is resolved',
      given: () => onceResolved('Acknowledge'),
      says: /Already resolved at .* because its alerts cleared/,
    },
  ],
  unack: [
    {
      what: 'it was given back',
      async given() {
        const { post } = await incident();
        await press('hana', post, 'Acknowledge');
        const had = await app.slack.until(() => {
          const shown = now(post);
          return visibleText(shown).includes('Give it back') && shown;
        });
        await press('hana', had, 'Give it back');
        await untilWhispered(app, 'hana', /is open again/);
        return { post: had, label: 'Give it back', by: 'mika' };
      },
      says: /Nobody has it, so there is nothing to give back/,
    },
  ],
  resolve: [
    {
      what: 'it is resolved',
      given: () => onceResolved('Resolve'),
      says: /Already resolved at/,
    },
  ],
  reopen: [
    {
      what: 'nothing of it fires any more',
      async given() {
        const { post, clears } = await heldBack();
        await clears();
        return { post, label: 'Reopen', by: 'mika' };
      },
      says: /None of its alerts fires any more/,
    },
    {
      what: 'it is open again',
      async given() {
        const { post } = await heldBack();
        await press('hana', post, 'Reopen');
        await untilWhispered(app, 'hana', /is open again/);
        return { post, label: 'Reopen', by: 'mika' };
      },
      says: /It is open already/,
    },
    {
      what: 'another incident of its group has taken its place',
      async given() {
        const { post, joined } = await heldBack();
        await joined();
        return { post, label: 'Reopen', by: 'mika' };
      },
      says: /A newer incident of the same group has taken its place/,
    },
  ],
  snooze: [
    { what: 'it is resolved', given: () => onceResolved('Snooze 1 h'), says: /Already resolved at/ },
    {
      what: 'the morning that it names is past',
      async given() {
        const { post } = await incident();
        app.move(26 * 60 * MINUTE);
        await app.atRest();
        const label = /Snooze until \w{3} 9:00/.exec(visibleText(post))![0];
        return { post, label, by: 'mika' };
      },
      says: /That 9:00 is past: nothing is snoozed/,
    },
  ],
  unsnooze: [
    {
      what: 'it has been ended',
      async given() {
        const { post } = await incident();
        await press('hana', post, 'Snooze 4 h');
        const snoozed = await app.slack.until(() => {
          const shown = now(post);
          return visibleText(shown).includes('End snooze') && shown;
        });
        await press('hana', snoozed, 'End snooze');
        await untilWhispered(app, 'hana', /is open again/);
        return { post: snoozed, label: 'End snooze', by: 'mika' };
      },
      says: /It is not snoozed, so there is nothing to end/,
    },
  ],
  silence: [{ what: 'it is resolved', given: () => onceResolved('Silence…'), says: /Already resolved at/ }],
  ...Object.fromEntries(
    (
      [
        ['silence-extend', '1 h more'],
        ['silence-expire', 'End it'],
      ] as const
    ).map(([id, label]): readonly [string, readonly Case[]] => [
      id,
      [
        {
          what: 'Alertmanager has forgotten it',
          where: 'in-place',
          async given() {
            const list = await silenceListed();
            alertmanager.silences.splice(0);
            return { post: list, label, by: 'mika' };
          },
          says: /Alertmanager main has no such silence \(HTTP 404\)\. Nothing was changed/,
        },
      ],
    ]),
  ),
  assign: [{ what: 'it is resolved', given: () => onceResolved('Assign…'), says: /Already resolved at/ }],
  escalate: [
    {
      what: 'it is resolved',
      given: () => onceResolved('Escalate now'),
      says: /Already resolved at/,
    },
    {
      what: 'somebody else has just escalated',
      async given() {
        const { post } = await incident();
        await press('hana', post, 'Escalate now');
        await untilWhispered(app, 'hana', /./);
        await app.atRest();
        return { post, label: 'Escalate now', by: 'mika' };
      },
      says: /It was escalated at .*, after this button was drawn/,
    },
  ],
  action: [
    {
      what: 'its incident is resolved',
      async given() {
        const { post, clears, name } = await incident();
        await clears();
        return { post, label: `Restart ${name}`, by: 'mika' };
      },
      says: /INC-\d+ has been resolved at .*so nothing was done/,
    },
    {
      what: 'what it takes back has been changed since',
      where: 'form',
      async given() {
        const { name } = await incident();
        const post = await done(`scale shop/${name} 4`);
        app.cluster.world.scale('shop', name, 6);
        return { post, label: 'Undo', by: 'mika' };
      },
      says: /has changed since that action/,
    },
    {
      what: 'what it goes back from is rolled back already',
      where: 'form',
      async given() {
        const { name } = await incident();
        app.cluster.world.breakImage('shop', name);
        app.cluster.world.tick(30);
        const before = app.slack.user('mika').ephemerals.length;
        app.slack.as('mika').say('ops', `@Hikeshi restart shop/${name}`);
        const post = await app.slack.until(() => app.slack.user('mika').ephemerals[before], 20_000);
        await done(`rollback shop/${name}`);
        return { post: structuredClone(post), label: `Roll back ${name}`, by: 'mika' };
      },
      says: /is rolled back already: @?mika/i,
    },
  ],
  'action-continue': [
    {
      what: 'the preview has expired',
      where: 'in-place',
      async given() {
        const post = await mentioned();
        app.move(16 * MINUTE);
        return { post, label: 'Continue', by: 'mika' };
      },
      says: /is too old to confirm/,
    },
    {
      what: 'it is confirmed already',
      where: 'in-place',
      async given() {
        const post = await mentioned();
        await press('mika', post, 'Continue');
        await confirm();
        return { post, label: 'Continue', by: 'mika' };
      },
      says: /It is confirmed already, as JOB-\d+/,
    },
  ],
  diagnose: [
    {
      what: 'what it is about is gone',
      where: 'in-place',
      async given() {
        const { name, post } = await incident();
        app.cluster.world.delete('shop', name);
        return { post, label: 'Diagnose', by: 'mika' };
      },
      says: /No workload .*w\d+/,
    },
  ],
  say: [
    {
      what: 'what it names is gone',
      where: 'form',
      async given() {
        const { name } = await incident();
        app.cluster.world.setImage('shop', name, 'registry.example/shop/next:2');
        app.cluster.world.tick(30);
        const before = app.slack.user('mika').ephemerals.length;
        await app.slack.as('mika').command('ops', `/ops history shop/${name}`);
        const post = structuredClone(await app.slack.until(() => app.slack.user('mika').ephemerals[before]));
        app.cluster.world.delete('shop', name);
        return { post, label: 'Back to 1', by: 'mika' };
      },
      says: /No workload .*w\d+/,
    },
  ],
  'follow-stop': [
    {
      what: 'somebody else has stopped it',
      async given() {
        const post = await followed();
        await press('mika', post, 'Stop');
        await app.slack.until(() => /Stopped by/.test(visibleText(now(post))));
        return { post, label: 'Stop', by: 'mika' };
      },
      says: /has ended already|has stopped it already/,
    },
    {
      what: 'its time is over',
      async given() {
        const post = await followed();
        app.move(4 * MINUTE);
        await app.slack.until(() => /Ended at|Interrupted/.test(visibleText(now(post))));
        return { post, label: 'Stop', by: 'mika' };
      },
      says: /has ended already/,
    },
  ],
  'home-refresh': [
    {
      what: 'what it lists is over',
      where: 'home',
      async given() {
        const [labels, startsAt] = [
          { alertname: 'AtHome', deployment: 'home' },
          new Date(app.now().getTime() - 7_200_000),
        ];
        const firing = alert({ now: app.now(), labels, startsAt });
        await app.send(bodyOf([firing]));
        await app.slack.until(() => said('alerts', /AtHome/));
        app.slack.as('mika').openHome();
        await app.slack.until(() => /AtHome/.test(homeOf('mika')));
        await app.send(bodyOf([resolved(firing, app.now())]));
        return { post: 'home', label: 'Refresh', by: 'mika' };
      },
      says: /^(?!.*AtHome).*incidents? (is|are) open/s,
    },
  ],
  share: [
    {
      what: 'it is shared already',
      where: 'in-place',
      async given() {
        const { name } = await incident();
        const before = app.slack.user('mika').ephemerals.length;
        await app.slack.as('mika').command('ops', `/ops pods -n shop ${name}`);
        const post = structuredClone(await app.slack.until(() => app.slack.user('mika').ephemerals[before]));
        await press('mika', post, 'Share in this channel');
        await app.slack.until(() => said('ops', new RegExp(`mika shares /ops pods -n shop ${name},`)));
        return { post, label: 'Share in this channel', by: 'mika' };
      },
      says: /@mika has shared it already, at/,
    },
  ],
  'job-cancel': [
    {
      what: 'the job has ended',
      async given() {
        const { name } = await incident();
        app.cluster.world.create({
          namespace: 'shop',
          name: `${name}x`,
          replicas: 2,
          image: 'registry.example/broken',
        });
        const post = await done(`restart shop/${name}`, /Stop watching|Cancel/);
        await app.slack.until(() => /Healthy/.test(visibleText(now(post))), 20_000);
        const [label] = ['Stop watching', 'Cancel'].filter((one) => visibleText(post).includes(one));
        return { post, label: label!, by: 'mika' };
      },
      says: /JOB-\d+ has already ended at/,
    },
  ],
  approval: ['Approve', 'Refuse', 'Withdraw'].map((label) => ({
    what: `it is decided: ${label}`,
    given: () =>
      approving('restart', async () => {
        const { name } = await incident();
        const post = await done(`restart shop/${name}`, /Waits for a second person/);
        await press('sato', post, 'Refuse');
        await app.slack.until(() => app.slack.as('sato').view()?.['submit']);
        await app.slack.as('sato').submit({ reason: 'not now' });
        await app.slack.until(() => /Refused by/.test(visibleText(now(post))));
        return { post, label, by: label === 'Withdraw' ? 'mika' : 'sato' };
      }),
    says: /APR-\d+ waits for no answer any more: refused by/,
  })),
  term: ['Keep it', '2h more'].map((label) => ({
    what: `somebody has decided: ${label}`,
    async given() {
      const { name } = await incident();
      const post = await done(`scale shop/${name} 4 --for 2h`);
      await press('mika', post, 'Keep it');
      await app.slack.until(() => /It stays/.test(visibleText(now(post))));
      return { post, label, by: 'kenji' };
    },
    says: /mika.*このままにしました/,
  })),
  'outbox-retry': [
    {
      what: 'it has been dropped',
      where: 'in-place',
      async given() {
        const list = await undelivered();
        await press('sato', list, 'Drop');
        await app.slack.until(() => whispers(app, 'sato').find((line) => /dropped|will not be sent/i.test(line)));
        return { post: list, label: 'Send again', by: 'sato' };
      },
      says: /MSG-\d+ .*dropped|There is no MSG|nobody is to be told/i,
    },
  ],
  'outbox-drop': [
    {
      what: 'it has been dropped',
      where: 'in-place',
      async given() {
        const list = await undelivered();
        await press('sato', list, 'Drop');
        await app.slack.until(() => whispers(app, 'sato').find((line) => /dropped|will not be sent/i.test(line)));
        return { post: list, label: 'Drop', by: 'sato' };
      },
      says: /MSG-\d+ .*dropped/i,
    },
  ],
};

/** A preview in a thread, where no form can be opened. */
async function mentioned(): Promise<Ephemeral> {
  const { name } = await incident();
  const before = app.slack.user('mika').ephemerals.length;
  app.slack.as('mika').say('ops', `@Hikeshi restart shop/${name}`);
  const shown = await app.slack.until(() => app.slack.user('mika').ephemerals[before], 20_000);
  return structuredClone(shown);
}

/** What mika follows, in their direct messages. */
async function followed(): Promise<Message> {
  const { name } = await incident();
  await app.slack.as('mika').command('ops', `/ops logs shop/${name} -f`);
  const post = await app.slack.until(() =>
    app.slack.user('mika').directMessages.find((m) => new RegExp(`follows .*/${name}, `).test(visibleText(m))),
  );
  return now(post);
}

/** A silence that somebody made in Alertmanager, as `/ops silences` shows it to mika. */
async function silenceListed(): Promise<Ephemeral> {
  const matchers = [{ name: 'alertname', value: 'Elsewhere', isRegex: false, isEqual: true }];
  const hours = (n: number): string => new Date(Date.now() + n * 60 * MINUTE).toISOString();
  const made = { matchers, startsAt: hours(-1), endsAt: hours(1), createdBy: 'ann', comment: 'known' };
  alertmanager.silences.push({ ...made, id: 'b4cbd2c9-5a3c-4a3e-9d5b-6c1a1d3a7b11' });
  const before = app.slack.user('mika').ephemerals.length;
  await app.slack.as('mika').command('ops', '/ops silences');
  return structuredClone(await app.slack.until(() => app.slack.user('mika').ephemerals[before]));
}

/** A message that Slack does not take, as `/ops outbox` shows it. */
async function undelivered(): Promise<Ephemeral> {
  const { post } = await incident();
  // Those of a try before this one.
  await app.app().database.db.updateTable('outbox').set({ state: 'cancelled' }).where('state', '=', 'failed').execute();
  const number = await app
    .app()
    .database.db.updateTable('outbox')
    .set({ state: 'failed', error: 'msg_too_long' })
    .where('kind', '=', 'show')
    .where('post_id', '=', (eb) =>
      eb.selectFrom('posts').select('id').where('ts', '=', post.ts).where('channel_id', '=', post.channel),
    )
    .returning('id')
    .execute();
  expect(number.length).toBeGreaterThan(0);
  const before = app.slack.user('sato').ephemerals.length;
  await app.slack.as('sato').command('ops', '/ops outbox');
  return structuredClone(await app.slack.until(() => app.slack.user('sato').ephemerals[before]));
}

interface StaleForm {
  readonly by: string;
  readonly says: RegExp;
  /** What is filled in, where only the form knows it; else as in `TYPED`. */
  readonly typed?: Record<string, string>;
}

const FORMS: Readonly<Record<string, () => Promise<StaleForm>>> = {
  async resolve() {
    const { post, clears } = await incident();
    await press('mika', post, 'Resolve');
    await app.slack.until(() => app.slack.as('mika').view());
    await clears();
    return { by: 'mika', says: /Already resolved at/ };
  },
  async assign() {
    const { post, clears } = await incident();
    await press('mika', post, 'Assign…');
    await app.slack.until(() => app.slack.as('mika').view());
    await clears();
    return { by: 'mika', says: /Already resolved at/ };
  },
  async silence() {
    const { post, clears } = await incident();
    await press('mika', post, 'Silence…');
    await app.slack.until(() => app.slack.as('mika').view());
    await clears();
    return { by: 'mika', says: /Already resolved at/ };
  },
  async 'silence-confirm'() {
    const { post, clears } = await incident();
    await press('mika', post, 'Silence…');
    await app.slack.until(() => app.slack.as('mika').view());
    await app.slack.as('mika').submit({ Comment: 'deploying' });
    await app.slack.until(() => app.slack.as('mika').view()?.['callback_id'] === 'silence-confirm');
    await clears();
    return { by: 'mika', says: /Already resolved at/ };
  },
  async 'action-choose'() {
    const client = await used.busy.idle('waits');
    await app.slack.as('mika').command('ops', '/ops pg-terminate orders');
    await app.slack.until(() => app.slack.as('mika').view()?.['callback_id'] === 'action-choose');
    const [, chosen] = /"value":"(\d+\/\d+\/\d+)"/.exec(JSON.stringify(app.slack.as('mika').view())) ?? [];
    await client.query('commit');
    return { by: 'mika', says: /None of these sessions of database orders/, typed: { chosen: chosen! } };
  },
  async 'action-confirm'() {
    const { name } = await incident();
    await app.slack.as('mika').command('ops', `/ops restart shop/${name}`);
    await app.slack.until(() => app.slack.as('mika').view()?.['submit']);
    app.move(16 * MINUTE);
    return { by: 'mika', says: /is too old to confirm/ };
  },
  async 'approval-refuse'() {
    const { post } = await approving('restart', async () => {
      const { name } = await incident();
      const post = await done(`restart shop/${name}`, /Waits for a second person/);
      await press('sato', post, 'Refuse');
      await app.slack.until(() => app.slack.as('sato').view()?.['submit']);
      return { post, label: 'Withdraw', by: 'mika' };
    });
    await press('mika', post, 'Withdraw');
    await app.slack.until(() => said('ops', /Withdrawn by/));
    return { by: 'sato', says: /APR-\d+ waits for no answer any more: withdrawn by/ };
  },
};

/** What is filled into them. */
const TYPED: Readonly<Record<string, Record<string, string>>> = {
  'action-confirm': { reason: 'late' },
  'approval-refuse': { reason: 'late' },
  assign: { Person: PEOPLE.hana },
  silence: { Comment: 'deploying' },
};

const updatesOf = (post: Stale['post']): number =>
  app.slack.calls('chat.update').filter((call) => post !== 'home' && call.args['ts'] === post.ts).length;

const homeOf = (person: string): string => visibleText(app.slack.user(person).home ?? {});

describe('an outdated press', () => {
  const all = Object.entries(CLICKS).flatMap(([id, cases]) => cases.map((one) => ({ id, ...one })));

  it.each(all)('$id: $what', async ({ given, says, where }) => {
    const { post, label, by } = await given();
    await app.atRest();
    const [told, drawn] = [whispers(app, by).length, updatesOf(post)];
    const actions = await jobs();
    await press(by, post, label);
    const newer = (): string | undefined =>
      whispers(app, by)
        .slice(told)
        .find((line) => says.test(line));
    switch (where) {
      case 'form':
        await app.slack.until(() => says.test(visibleText(app.slack.as(by).view() ?? {})), 20_000);
        break;
      case 'home':
        await app.slack.until(() => says.test(homeOf(by)));
        break;
      case 'in-place':
        await app.slack.until(() => whispers(app, by).find((line) => says.test(line)));
        break;
      default:
        expect(await app.slack.until(newer)).toMatch(says);
        await app.slack.until(() => updatesOf(post) > drawn);
    }
    expect(await jobs()).toBe(actions);
    app.slack.as(by).reload();
  });

  it.each(Object.entries(FORMS))('form %s', async (id, given) => {
    const { by, says, typed = TYPED[id] } = await given();
    await app.slack.as(by).submit(typed);
    await app.slack.until(
      () =>
        says.test(visibleText(app.slack.as(by).view() ?? {})) ||
        app.slack.user(by).directMessages.some((line) => says.test(visibleText(line))),
    );
    app.slack.as(by).reload();
  });
});

const jobs = async (): Promise<number> =>
  (await app.app().database.db.selectFrom('jobs').select('id').execute()).length;

describe('a button of another version', () => {
  let post: Message;
  beforeAll(async () => {
    post = (await incident()).post;
  });

  const crafted = (post: Message, id: string, value: string): Message => ({
    ...post,
    blocks: [
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: id, text: { type: 'plain_text', text: 'Old' }, value }],
      },
    ],
  });

  it.each([
    ...Object.keys(CLICKS).map((id) => [id, '{"v":999}', /being upgraded.*press again/, false] as const),
    ...Object.keys(CLICKS).map((id) => [id, '{"v":1,"other":"form"}', /cannot read/, true] as const),
    ['not-here-any-more', '{"v":1}', /not known to this version/, true] as const,
  ])('%s carrying %s says so', async (id, value, says, redrawn) => {
    const [told, drawn] = [whispers(app, 'mika').length, updatesOf(post)];
    await press('mika', crafted(post, id, value), 'Old');
    await app.slack.until(() =>
      whispers(app, 'mika')
        .slice(told)
        .find((line) => says.test(line)),
    );
    if (redrawn) await app.slack.until(() => updatesOf(post) > drawn);
  });

  it('whose verb was switched off meanwhile says so', async () => {
    const { post, name } = await incident();
    await app.stop();
    await app.writeConfig(`${config()}\ncommands: {disabled: [restart]}`.replace(', actions: [restart]', ''));
    await app.start();
    const drawn = updatesOf(post);
    await press('mika', post, `Restart ${name}`);
    await untilWhispered(app, 'mika', /restart is no action here/);
    await app.slack.until(() => updatesOf(post) > drawn);
  });
});

describe('the table', () => {
  let bench: Bench;
  afterEach(() => bench.close());

  it('has a row for everything that can be pressed', async () => {
    bench = await openBench();
    const parts = {
      db: bench.database.db,
      rules: () => app.app().live.rules(),
      wake: () => undefined,
      silencers: () => new Map(),
      whoMay: () => [],
      now: () => app.now(),
      environments: new Map(),
      databases: new Map(),
      images: fakeImages(),
      mask: String,
    };
    const home = createHome({
      ...parts,
      clock: { now: parts.now },
      standingOf: notAsked,
      language: () => 'en',
      commands: new Map(),
      linkTo: notAsked,
    });
    const { clicks, forms } = pressesOf(createPipeline(bench.deps), parts, notAsked, new Map(), home.clicks);
    expect(Object.keys(CLICKS).sort()).toEqual(Object.keys(clicks).sort());
    expect(Object.keys(FORMS).sort()).toEqual(Object.keys(forms).sort());
    for (const [id, cases] of Object.entries(CLICKS)) expect(cases.length, id).toBeGreaterThan(0);
  });
});
