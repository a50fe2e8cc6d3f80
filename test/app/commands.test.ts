import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { alert, bodyOf } from './support/alerts.ts';
import { firstPost, untilWhispered } from './support/seen.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  app.cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 2 });
  app.cluster.world.create({ namespace: 'shop', name: 'payments', replicas: 1 });
});
afterAll(() => app.close());

/** What `/ops` answers that person alone. */
async function ops(person: string, typed: string): Promise<string> {
  app.slack.as(person).reload();
  expect(await app.slack.as(person).command('ops', `/ops ${typed}`.trim())).toMatchObject({ ok: true });
  const seen = await app.slack.until(() => app.slack.user(person).ephemerals.at(-1));
  return visibleText(seen);
}

describe('/ops', () => {
  it('alone says how things are and what one can type', async () => {
    const calm = await ops('hana', '');
    expect(calm).toMatch(/No incident is open/);
    expect(calm).toMatch(/jobs/);
    expect(calm).toMatch(/pods/);
    await app.send(bodyOf([alert({ now: app.now() })]));
    const busy = await ops('hana', '');
    expect(busy).toMatch(/1 incident is open.*1 critical/s);
    expect(busy).toMatch(/nobody has acknowledged INC-1/);
  });

  it('looks for what cannot be stored as for anything else', async () => {
    expect(await ops('sato', 'audit shop/check\u0000out')).toMatch(/Nothing was attempted on shop\/check\ufffdout/);
  });

  it('help lists every command, and says what one may not do', async () => {
    const help = await ops('hana', 'help');
    for (const verb of ['/ops jobs', '/ops pods', '/ops restart']) expect(help).toContain(verb);
    expect(help).toMatch(/restart a workload.*needs the role operator/s);
    expect(await ops('mika', 'help')).not.toMatch(/needs the role/);
  });

  it.each(['help pods', 'pods --help', 'pods -h'])('%s explains flags with examples', async (typed) => {
    const help = await ops('hana', typed);
    expect(help).toMatch(/-n, --namespace NS/);
    expect(help).toMatch(/\/ops pods shop\/checkout/);
  });

  it('names the nearest of a misspelt verb', async () => {
    expect(await ops('hana', 'ack inc-7')).toMatch(/There is no INC-7/);
    expect(await ops('hana', 'podz')).toMatch(/I do not know podz\. *Did you mean pods\?/);
    expect(await ops('hana', 'podz')).toMatch(/\/ops help lists/);
    expect(await ops('hana', 'ポッド -n shop')).toMatch(/production\/main\/shop: \d pods/);
    expect(await ops('hana', 'help ログ')).toMatch(/\/ops logs.*also.*ログ/is);
  });

  it('names the nearest flag and namespace', async () => {
    expect(await ops('hana', 'pods --namspace shop')).toMatch(/no flag --namspace here\. Did you mean --namespace/);
    expect(await ops('hana', 'pods -n shp')).toMatch(/no namespace shp.* Did you mean shop/s);
  });

  it('pods shows what runs, also as a phone types it', async () => {
    const seen = await ops('hana', 'pods -n shop');
    expect(seen).toMatch(/production\/main\/shop.*3 pods, none in trouble/s);
    expect(seen.match(/checkout-/g)!.length).toBeGreaterThanOrEqual(2);
    expect(await ops('hana', 'pods —namespace shop')).toMatch(/3 pods/);
    expect(await ops('hana', 'pods shop/checkout')).toMatch(/2 pods/);
  });

  it('a Japanese person is answered in Japanese', async () => {
    expect(await ops('kenji', 'help')).toMatch(/[\u3040-\u30ff]/);
  });

  it('a cluster that is away is named with the remedy', async () => {
    app.cluster.world.faults.away = true;
    const said = await ops('hana', 'pods');
    app.cluster.world.faults.away = false;
    expect(said).toMatch(/main has not answered since .*Try again/s);
  });
});

describe('what an alert would do', () => {
  it('is told to the asker alone, by the config that runs', async () => {
    const said = await ops('hana', 'route severity=critical alertname=X namespace=shop deployment=checkout');
    expect(said).toMatch(/^Goes to .* as Critical, by the route .*Calls .*Buttons: Acknowledge, Restart checkout/s);
    expect(await ops('hana', 'route critical')).toMatch(/critical is not a label/);
    expect(await ops('kenji', 'route')).toMatch(/どのアラートですか/);
  });
});

describe('a number alone', () => {
  it('shows the incident with a link to its post, and its buttons work from there', async () => {
    const post = await firstPost(app);
    for (const typed of ['INC-1', 'inc 1', 'incident 1']) {
      const seen = await ops('hana', typed);
      expect(seen).toMatch(/CheckoutErrors.*Acknowledge.*Its post and thread/s);
    }
    const shown = app.slack.user('hana').ephemerals.at(-1)!;
    expect(JSON.stringify(shown)).toContain(`/p${post.ts.replace('.', '')}`);
    await app.slack.as('hana').click(shown, 'Acknowledge');
    await untilWhispered(app, 'hana', /You have INC-1/);
    await app.slack.until(() => /has it/.test(visibleText(app.slack.channel('alerts').message(post.ts)!)));
    expect(await ops('hana', 'INC-1')).toMatch(/has it.*Give it back/s);
    await app.slack.as('hana').click(app.slack.user('hana').ephemerals.at(-1)!, 'Give it back', { confirm: true });
    await app.slack.until(() => /Nobody has it yet/.test(visibleText(app.slack.channel('alerts').message(post.ts)!)));
    await untilWhispered(app, 'hana', /INC-1 is open again, and calling/);
  });

  it('that nobody has is answered', async () => {
    expect(await ops('hana', 'INC-404')).toMatch(/There is no INC-404/);
    expect(await ops('hana', 'JOB-404')).toMatch(/There is no JOB-404/);
  });
});

describe('a mention and a direct message', () => {
  it('take the same words; in the thread of an incident its workload is meant', async () => {
    const post = await firstPost(app);
    app.slack.as('hana').reload();
    app.slack.as('hana').say('alerts', '@hikeshi pods', { thread: post.ts });
    const seen = await untilWhispered(app, 'hana', /pods/);
    expect(seen).toMatch(/2 pods/);
    expect(seen).not.toMatch(/payments/);
    app.slack.as('hana').dm('pods shop/payments');
    await app.slack.until(() => app.slack.user('hana').directMessages.some((m) => /payments-/.test(visibleText(m))));
  });

  it('have the button of what is pressed; in the thread of an incident of that one', async () => {
    const post = await firstPost(app);
    app.slack.as('hana').reload();
    app.slack.as('hana').say('alerts', '@hikeshi ack', { thread: post.ts });
    await untilWhispered(app, 'hana', /Press it here.*Acknowledge/s);
    await app.slack.as('hana').click(app.slack.user('hana').ephemerals.at(-1)!, 'Acknowledge');
    await untilWhispered(app, 'hana', /You have INC-1/);
    expect(await ops('hana', 'assign INC-1 @mika')).toMatch(/INC-1 .*Press it here.*Assign…/s);
    await app.slack.as('hana').click(app.slack.user('hana').ephemerals.at(-1)!, 'Assign…');
    await app.slack.until(() => app.slack.as('hana').view());
    expect(await app.slack.as('hana').submit()).toEqual({ ok: true });
    await app.slack.until(() =>
      /<@U0MIKA0001> has it/.test(visibleText(app.slack.channel('alerts').message(post.ts)!)),
    );
    expect(await ops('hana', 'resolve')).toMatch(/resolve is a button.*incidents/s);
  });
});

describe('what is to be typed', () => {
  it('is a mention inside a thread, where Slack takes no slash command', async () => {
    const post = await firstPost(app);
    const hana = app.slack.as('hana');
    hana.say('alerts', '@hikeshi histroy nothing', { thread: post.ts });
    expect(await untilWhispered(app, 'hana', /histroy/)).toMatch(/@Hikeshi help lists/);
    expect(await ops('hana', 'histroi nothing')).toMatch(/\/ops help lists/);
  });
});

describe('who may not', () => {
  it('a viewer is refused an action, with who may', async () => {
    const said = await ops('hana', 'restart shop/checkout');
    expect(said).toMatch(/needs the role operator; yours is viewer/);
    expect(said).toMatch(/kenji|U0KENJI001/);
    expect(app.slack.as('hana').view()).toBeUndefined();
  });

  it('a guest is refused even to read', async () => {
    expect(await ops('gil', 'pods')).toMatch(/Guests of this workspace cannot use Hikeshi/);
    expect(await ops('gil', 'help')).toMatch(/Guests/);
  });

  it('a partner and a bot are refused', async () => {
    app.slack.as('fran').say('ops', '@hikeshi pods');
    await untilWhispered(app, 'fran', /members of its own workspace only/);
    app.slack.channel('ops').add('deploybot');
    app.slack.as('deploybot').say('ops', '@hikeshi restart shop/checkout');
    await app.slack.until(() =>
      app.slack.deliveries('event').some((d) => JSON.stringify(d.payload).includes('U0DEPLOY01')),
    );
    expect(app.slack.channel('ops').posts()).toEqual([]);
  });
});
