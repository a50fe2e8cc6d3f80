import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeAlertmanager, startAlertmanager } from '../../sandbox/alertmanager/api.ts';
import { type Message, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { type AlertBody, alert, bodyOf } from './support/alerts.ts';
import {
  firstPost,
  linesSaid,
  menu,
  thread,
  told,
  untilShows,
  untilThread,
  untilWhispered,
  words,
} from './support/seen.ts';

/** Silences from Slack, beside an Alertmanager. What a real one does is in test/e2e. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let app: TestApp;
let pair: readonly FakeAlertmanager[];
let firing: AlertBody;
let post: Message;

const main = (): FakeAlertmanager => pair[0]!;

beforeEach(async () => {
  pair = [await startAlertmanager(), await startAlertmanager()];
  const api = pair.map(({ url }) => `'${url}'`).join(', ');
  app = await startTestApp({
    config: `${TEAM}sources: {main: {token: ALERTMANAGER_WEBHOOK_TOKEN, api: [${api}]}}\n`,
  });
  for (const one of pair) Object.assign(one, { now: () => app.now(), silences: main().silences });
  firing = alert({ now: app.now() });
  has(firing);
  await app.send(bodyOf([firing]));
  post = await firstPost(app);
  await app.atRest();
  await app.slack.until(() => menu(app, post).includes('Silence…') || redrawn());
});
afterEach(async () => {
  await app.close();
  await Promise.all(pair.map((one) => one.close()));
});

/** Not before the first look is it known that it can be asked. */
async function redrawn(): Promise<boolean> {
  await app.slack.as('hana').click(post, 'Acknowledge');
  return false;
}

function has(...alerts: readonly AlertBody[]): void {
  for (const one of pair) one.says = alerts.map((body) => ({ alert: body }));
}

async function pass(ms: number): Promise<void> {
  app.move(ms);
  await app.atRest();
}

/** A look after everything that was there before. */
async function looked(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const before = main().looks;
    app.move(MINUTE);
    await expect.poll(() => main().looks, { timeout: 10_000 }).toBeGreaterThan(before);
  }
  await app.atRest();
}

const view = (person: string): string => visibleText(app.slack.as(person).view() ?? {});
const untilView = (person: string, pattern: RegExp): Promise<string> =>
  app.slack.until(() => (pattern.test(view(person)) ? view(person) : undefined));

/** From the menu to the preview. */
async function preview(person: string, typed: Readonly<Record<string, string>> = {}): Promise<string> {
  await app.slack.as(person).click(post, 'Silence…');
  await untilView(person, /Matchers/);
  await app.slack.as(person).submit({ Comment: 'we are deploying', ...typed });
  return untilView(person, /Mutes|mutes nothing|does not answer/);
}

async function silence(person: string, typed: Readonly<Record<string, string>> = {}): Promise<void> {
  await preview(person, typed);
  await app.slack.as(person).submit();
  await untilView(person, /Done: Alertmanager main is silent about alertname="[^"]+".* until/);
  await app.atRest();
}

const inForce = () => main().silences.filter(({ endsAt }) => new Date(endsAt) > app.now());

describe('a silence from an incident', () => {
  it('is previewed with matchers that fit, made once, shown, and lets it sleep until it ends', async () => {
    await app.slack.as('mika').click(post, 'Silence…');
    const asked = JSON.stringify(
      app.slack.as('mika').view() ?? (await app.slack.until(() => app.slack.as('mika').view())),
    );
    expect(asked).toContain('alertname=\\"CheckoutErrors\\"');
    expect(await preview('mika')).toMatch(/Mutes the alert of INC-1, and no other/);
    expect(main().silences).toEqual([]);
    await app.slack.as('mika').submit();
    await untilView('mika', /Done: Alertmanager main is silent about alertname="[^"]+".* until/);
    expect(main().silences).toMatchObject([
      { createdBy: 'mika', comment: expect.stringMatching(/^we are deploying \[hikeshi [0-9a-f-]{36}\]$/) },
    ]);
    expect(await untilShows(app, post, /Silenced until .* by <@U0MIKA0001>/)).toMatch(
      /Silence until .* \(mika\): alertname="CheckoutErrors" namespace="shop" deployment="checkout" severity="critical"/,
    );
    expect(menu(app, post)).toContain('Its silences…');
    const before = told(app);
    await pass(119 * MINUTE);
    expect(told(app)).toEqual(before);
    await pass(MINUTE);
    await untilThread(app, post, /<@U0TARO0001> .*the silence ended and it still fires/s);
    await looked();
    await app.slack.until(() => /Nobody has it yet/.test(words(app, post)) && !/Silence until/.test(words(app, post)));
    await linesSaid(app);
    expect(thread(app, post).join('\n')).toMatch(
      /mika.* silenced .*alertname="CheckoutErrors".* until.*The silence is over/s,
    );
  });

  it('of a part of its alerts does not let it sleep, and says how many others it mutes', async () => {
    const other = alert({ now: app.now(), labels: { pod: 'checkout-2' } });
    const elsewhere = alert({ now: app.now(), labels: { alertname: 'Slow', pod: 'checkout-2' } });
    has(firing, other, elsewhere);
    await app.send(bodyOf([firing, other]));
    await app.atRest();
    expect(await preview('mika', { Matchers: 'pod="checkout-2"' })).toMatch(
      /Mutes 1 of 2 alerts of INC-1 and 1 other \(Slow checkout-2\)/,
    );
    await app.slack.as('mika').submit();
    expect(await untilShows(app, post, /Silence until/)).toMatch(/Nobody has it yet/);
    await app.atRest();
    main().silences[0]!.endsAt = app.now().toISOString();
    await looked();
    await app.slack.until(() => !/Silence until/.test(words(app, post)));
  });

  it('pressed twice is made once', async () => {
    await preview('mika');
    const same = app.slack.as('mika');
    await Promise.all([same.submit(), same.submit().catch(() => undefined)]);
    await app.slack.until(() => inForce()[0]);
    await app.atRest();
    await looked();
    expect(inForce()).toHaveLength(1);
  });

  it('is for operators', async () => {
    await app.slack.as('hana').click(post, 'Silence…');
    await untilWhispered(app, 'hana', /silence needs the role operator; yours is viewer/);
    expect(app.slack.as('hana').view()).toBeUndefined();
  });

  it.each([
    ['', /Without a matcher|complete this required field/],
    ['alertname=~".*"', /also holds for alerts that lack the label/],
    ['alertname=~".+"', /None of these names a value/],
    ['severity!="none"\nteam=""', /None of these names a value|lack the label/],
    ['alertname="x', /character \d+/],
    ['job=~"("', /regex cannot be compiled/],
  ])('refuses %j and says what to write', async (typed, says) => {
    await app.slack.as('mika').click(post, 'Silence…');
    await untilView('mika', /Matchers/);
    const answered = await app.slack.as('mika').submit({ Comment: 'x', Matchers: typed });
    expect(answered).toMatchObject({ ok: false, errors: { 'in:matchers': expect.stringMatching(says) } });
    expect(main().silences).toEqual([]);
  });

  it('takes what phones make of quotes', async () => {
    expect(await preview('mika', { Matchers: 'alertname=“CheckoutErrors”' })).toMatch(/Mutes the alert/);
  });

  it('where Alertmanager is away: a clear error, and nothing half-done', async () => {
    await preview('mika');
    for (const one of pair) one.says = 'away';
    await app.slack.as('mika').submit();
    await untilView('mika', /Alertmanager main does not answer \(HTTP 503\)\. Nothing was changed/);
    has(firing);
    await looked();
    await pass(5 * MINUTE);
    expect(main().silences).toEqual([]);
    expect(words(app, post)).not.toMatch(/Silence until|Silenced/);
    await app.slack.as('mika').closeView();
    await silence('mika');
    expect(inForce()).toHaveLength(1);
  });

  it('of a pair: one member suffices', async () => {
    main().says = 'away';
    await silence('mika');
    expect(inForce()).toHaveLength(1);
  });

  it('whose answer was lost may have been made, says so, and is found by its mark instead of made again', async () => {
    await preview('mika');
    main().losesAnswers = true;
    await app.slack.as('mika').submit();
    await untilView('mika', /was told and did not answer .*it may have been done/s);
    main().losesAnswers = false;
    expect(await wanted()).toMatchObject({ state: 'wanted', silence_id: null });
    expect(inForce()).toHaveLength(1);
    expect(words(app, post)).toMatch(/Nobody has it yet/);
    await looked();
    await looked();
    await untilShows(app, post, /Silenced until .* by <@U0MIKA0001>/);
    expect(await wanted()).toMatchObject({ state: 'active', silence_id: inForce()[0]!.id });
    expect(inForce()).toHaveLength(1);
  });
});

async function wanted() {
  return app.app().database.db.selectFrom('silences').selectAll().executeTakeFirstOrThrow();
}

describe('one that was asked for by a process that died', () => {
  async function orphan(): Promise<string> {
    await preview('mika');
    const { id } = await wanted();
    await app
      .app()
      .database.db.updateTable('silences')
      .set({ state: 'wanted', watch_due: new Date(app.now().getTime() + 2 * MINUTE) })
      .execute();
    return id;
  }

  it('and is there: found by its mark, the incident sleeps', async () => {
    const id = await orphan();
    const { matchers } = await wanted();
    const ends = new Date(app.now().getTime() + 2 * HOUR).toISOString();
    const made = { id: 'a1b2', matchers, startsAt: app.now().toISOString(), endsAt: ends, createdBy: 'mika' };
    main().silences.push({ ...made, comment: `we are deploying [hikeshi ${id}]` });
    await looked();
    await looked();
    await untilShows(app, post, /Silenced until .* by <@U0MIKA0001>/);
    expect(await wanted()).toMatchObject({ id, state: 'active', silence_id: 'a1b2' });
    expect(inForce()).toHaveLength(1);
  });

  it('and is not: said so, and not made late', async () => {
    await orphan();
    await looked();
    await looked();
    await linesSaid(app);
    await untilThread(app, post, /The silence that .*mika.* asked for was not made/);
    expect(main().silences).toEqual([]);
  });
});

describe('a silence of somebody in Alertmanager itself', () => {
  const elsewhere = (matchers: readonly { name: string; value: string }[], hours: number): void => {
    const at = (n: number): string => new Date(app.now().getTime() + n * HOUR).toISOString();
    main().silences.push({
      id: `s${main().silences.length}`,
      matchers: matchers.map((one) => ({ ...one, isRegex: false, isEqual: true })),
      startsAt: at(0),
      endsAt: at(hours),
      createdBy: 'ann@example.test',
      comment: 'known, see OPS-7',
    });
  };
  const all = [{ name: 'alertname', value: 'CheckoutErrors' }];

  it('is seen by the next look; when it is ended there, the incident wakes', async () => {
    elsewhere(all, 4);
    await looked();
    expect(await untilShows(app, post, /Silenced until/)).toMatch(/Silence until .* \(ann@example\.test\)/);
    const before = told(app)['taro']!.length;
    main().silences[0]!.endsAt = app.now().toISOString();
    await looked();
    await untilShows(app, post, /Nobody has it yet/);
    expect(told(app)['taro']!.length).toBeGreaterThan(before);
    await linesSaid(app);
    expect(thread(app, post).join('\n')).toMatch(/Silenced in Alertmanager until .* by ann@example\.test/);
  });

  it('that is made longer there lets it sleep longer', async () => {
    elsewhere(all, 1);
    await looked();
    await untilShows(app, post, /Silenced until/);
    main().silences[0]!.endsAt = new Date(app.now().getTime() + 5 * HOUR).toISOString();
    await looked();
    await pass(2 * HOUR);
    expect(words(app, post)).toMatch(/Silenced until/);
  });

  it('does not put to sleep again what somebody woke', async () => {
    elsewhere(all, 4);
    await looked();
    await untilShows(app, post, /Silenced until/);
    await app.slack.as('kenji').click(post, 'End snooze', { confirm: true });
    await untilShows(app, post, /Nobody has it yet/);
    await looked();
    expect(words(app, post)).toMatch(/Nobody has it yet/);
  });

  it('wakes it when an alert joins that it does not hold for', async () => {
    elsewhere([...all, { name: 'deployment', value: 'checkout' }], 4);
    await looked();
    await untilShows(app, post, /Silenced until/);
    const other = alert({ now: app.now(), labels: { deployment: 'payments' } });
    has(firing, other);
    await app.send(bodyOf([firing, other]));
    await looked();
    await untilShows(app, post, /Nobody has it yet/);
  });

  it('is told by /ops silences, with who silenced what and its incident, made longer and ended by button', async () => {
    elsewhere(all, 1);
    await looked();
    const list = async (by: string) => {
      const before = app.slack.user(by).ephemerals.length;
      await app.slack.as(by).command('ops', '/ops silences INC-1');
      return app.slack.until(() => app.slack.user(by).ephemerals[before]);
    };
    const shown = await list('mika');
    expect(visibleText(shown)).toMatch(
      /1 silence.*alertname="CheckoutErrors".*ann@example\.test: known, see OPS-7 · INC-1/s,
    );
    await app.slack.as('mika').click(shown, '1 h more');
    await untilWhispered(app, 'mika', /The silence alertname="[^"]+".* in Alertmanager main lasts until/);
    await app.slack.as('mika').click(shown, '1 h more');
    await app.atRest();
    const ends = new Date(inForce()[0]!.endsAt).getTime() - app.now().getTime();
    expect(ends).toBeGreaterThan(HOUR);
    expect(ends).toBeLessThan(2 * HOUR);
    const forHana = await list('hana');
    await app.slack.as('hana').click(forHana, 'End it', { confirm: true });
    await untilWhispered(app, 'hana', /silence needs the role operator/);
    expect(inForce()).toHaveLength(1);
    await app.slack.as('mika').click(shown, 'End it', { confirm: true });
    await untilWhispered(app, 'mika', /is over\. What still fires is heard again, and calls whomever it has to call\./);
    expect(inForce()).toEqual([]);
    await untilShows(app, post, /Nobody has it yet/);
  });
});

it('everything is in the audit, with who and what', async () => {
  await silence('mika');
  const rows = await app
    .app()
    .database.db.selectFrom('audit')
    .select(['verb', 'stage', 'outcome', 'after', 'reason'])
    .where('verb', 'like', 'silence%')
    .orderBy('id')
    .execute();
  expect(rows).toMatchObject([
    { verb: 'silence', stage: 'confirmed', outcome: 'ok', reason: 'we are deploying' },
    {
      verb: 'silence',
      stage: 'executed',
      outcome: 'ok',
      after: { matchers: expect.arrayContaining(['namespace="shop"']) },
    },
  ]);
});
