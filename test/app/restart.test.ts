import { afterEach, describe, expect, it } from 'vitest';
import { type Message, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, type TestApp, type TestAppOptions } from '../support/app.ts';
import { alert, bodyOf } from './support/alerts.ts';
import { firstPost, thread, untilWhispered } from './support/seen.ts';

let app: TestApp;
afterEach(() => app.close());

async function begin(options: TestAppOptions = {}): Promise<void> {
  app = await startTestApp(options);
  app.cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 2 });
}

/** The form with its preview, once the loading view is replaced. */
async function preview(person: string): Promise<string> {
  const view = await app.slack.until(() => {
    const top = app.slack.as(person).view();
    return top?.['submit'] ? top : undefined;
  });
  return visibleText(view);
}

const said = (pattern: RegExp): Message | undefined =>
  app.slack.channel('ops').messages.find((m) => pattern.test(visibleText(m)));

describe('restarting', () => {
  it('by command: preview, reason, progress and outcome, in one message of the channel', async () => {
    await begin();
    await app.slack.as('mika').command('ops', '/ops restart shop/checkout');
    const form = await preview('mika');
    expect(form).toMatch(/production\/main\/shop\/deployment\/checkout/);
    expect(form).toMatch(/All 2 pods are replaced/);
    expect(app.cluster.world.store.list('deployments')[0]!.spec.template.metadata?.annotations ?? {}).toEqual({});
    await app.slack.as('mika').submit({ reason: 'stuck since the deploy' });
    const done = await app.slack.until(() => said(/Healthy.*all 2 pods are new and ready/s), 20_000);
    expect(visibleText(done)).toMatch(/@mika.*JOB-1.*stuck since the deploy/s);
    await app.atRest();
    expect(app.slack.channel('ops').posts()).toHaveLength(1);
    const marks = app.cluster.world.store.list('deployments')[0]!.spec.template.metadata!.annotations!;
    expect(marks).toMatchObject({ 'hikeshi/reason': 'stuck since the deploy' });
    await app.slack.as('mika').command('ops', '/ops jobs');
    expect(await untilWhispered(app, 'mika', /JOB-1/)).toMatch(/restart.*checkout.*done/s);
    const counted = async (): Promise<readonly string[]> => {
      const text = await (await fetch(`http://127.0.0.1:${app.app().port}/metrics`)).text();
      return text.match(/hikeshi_action_checks_seconds_count\S+ \d+/g) ?? [];
    };
    const asked = 'hikeshi_action_checks_seconds_count{step="asked"} 1';
    await expect.poll(counted).toEqual([asked, 'hikeshi_action_checks_seconds_count{step="confirmed"} 1']);
  });

  it('over a rollout that is stuck: a button leads to the way back, and a yes there closes both forms', async () => {
    await begin();
    app.cluster.world.setImage('shop', 'checkout', 'registry.k8s.io/pause:missing');
    app.cluster.world.tick(30);
    await app.slack.as('mika').command('ops', '/ops restart shop/checkout');
    expect(await preview('mika')).toMatch(/A rollout is stuck/);
    await app.slack.as('mika').click('modal', 'Roll back checkout');
    const back = await app.slack.until(() => {
      const view = app.slack.as('mika').view();
      return view?.['submit'] && /Roll back/.test(visibleText(view)) && !/A rollout is stuck/.test(visibleText(view))
        ? visibleText(view)
        : undefined;
    });
    expect(back).toMatch(/production\/main\/shop\/deployment\/checkout/);
    expect(await app.slack.as('mika').submit({ reason: 'no such image' })).toEqual({ ok: true });
    expect(app.slack.as('mika').view()).toBeUndefined();
    const done = await app.slack.until(() => said(/Roll back.*Healthy/s), 20_000);
    expect(visibleText(done)).toMatch(/JOB-1.*no such image/s);
    await app.atRest();
    expect(app.slack.channel('ops').posts()).toHaveLength(1);
  });

  it('in a mention, over a rollout that is stuck: the preview has the way back as a button as well', async () => {
    await begin();
    app.cluster.world.setImage('shop', 'checkout', 'registry.k8s.io/pause:missing');
    app.cluster.world.tick(30);
    app.slack.as('mika').say('ops', '@Hikeshi restart shop/checkout');
    const told = await app.slack.until(() =>
      app.slack.user('mika').ephemerals.find((one) => /A rollout is stuck/.test(visibleText(one))),
    );
    await app.slack.as('mika').click(told, 'Roll back checkout');
    expect(await preview('mika')).not.toMatch(/A rollout is stuck/);
    await app.slack.as('mika').submit({ reason: 'no such image' });
    await app.slack.until(() => said(/Roll back.*Healthy/s), 20_000);
  });

  it('of what is scaled to zero: a button leads to scaling it up', async () => {
    await begin();
    app.cluster.world.create({ namespace: 'shop', name: 'mailer', replicas: 0 });
    await app.slack.as('mika').command('ops', '/ops restart shop/mailer');
    expect(await preview('mika')).toMatch(/scaled to 0/);
    await app.slack.as('mika').click('modal', 'Scale to 1…');
    await app.slack.until(() => {
      const view = app.slack.as('mika').view();
      return view?.['submit'] && /Scale Deployment mailer to 1/.test(visibleText(view));
    });
    expect(await app.slack.as('mika').submit({ reason: 'needed again' })).toEqual({ ok: true });
    await app.slack.until(() => said(/mailer.*Healthy/s), 20_000);
    await app.atRest();
  });

  it('by the button of an incident: what happens is told in its thread', async () => {
    await begin();
    await app.send(bodyOf([alert({ now: app.now() })]));
    const post = await firstPost(app);
    await app.atRest();
    await app.slack.as('mika').click(post, 'Restart checkout');
    expect(await preview('mika')).toMatch(/production\/main\/shop\/deployment\/checkout/);
    await app.slack.as('mika').submit({ reason: 'runbook' });
    await app.slack.until(() => thread(app, post).some((line) => /Healthy/.test(line)), 20_000);
    expect(app.slack.channel('alerts').posts()).toHaveLength(1);
  });

  it('a viewer who presses the button is told who may', async () => {
    await begin();
    await app.send(bodyOf([alert({ now: app.now() })]));
    const post = await firstPost(app);
    await app.slack.as('hana').click(post, 'Restart checkout');
    const words = await app.slack.until(() => {
      const view = app.slack.as('hana').view();
      const whisper = app.slack.user('hana').ephemerals.at(-1);
      const seen = [view, whisper].filter((one) => one !== undefined).map((one) => visibleText(one));
      return seen.find((one) => /operator/.test(one));
    });
    expect(words).toMatch(/needs the role operator; yours is viewer/);
    expect(app.slack.as('hana').view()?.['submit']).toBeUndefined();
  });

  it('what has changed since the preview is not done', async () => {
    await begin();
    await app.slack.as('mika').command('ops', '/ops restart shop/checkout');
    await preview('mika');
    app.cluster.world.setImage('shop', 'checkout', 'registry.test/checkout:2');
    await app.slack.as('mika').submit({ reason: 'stuck' });
    const post = await app.slack.until(() => said(/Nothing was done/), 20_000);
    expect(visibleText(post)).toMatch(/it has changed since the preview/);
  });

  it('cancelled while it is watched: watching ends, the change stays, and it says so', async () => {
    await begin({ stepMs: 0 });
    await app.slack.as('mika').command('ops', '/ops restart shop/checkout');
    await preview('mika');
    await app.slack.as('mika').submit({ reason: 'stuck' });
    const post = await app.slack.until(() => said(/new and ready, watching since/), 20_000);
    await app.slack.as('mika').click(post, 'Stop watching');
    await app.slack.until(() => said(/@mika ended the watching\. The change stays/), 20_000);
  });

  it('a second action on the same target is refused with the job and who', async () => {
    await begin({ stepMs: 0 });
    await app.slack.as('mika').command('ops', '/ops restart shop/checkout');
    await preview('mika');
    await app.slack.as('mika').submit({ reason: 'stuck' });
    await app.slack.until(() => said(/watching since/), 20_000);
    await app.slack.as('sato').command('ops', '/ops restart shop/checkout');
    const refused = await app.slack.until(() => {
      const view = app.slack.as('sato').view();
      const texts = [...app.slack.user('sato').ephemerals.map(visibleText), view ? visibleText(view) : ''];
      return texts.find((one) => /JOB-1/.test(one));
    });
    expect(refused).toMatch(/in the hands of JOB-1 by <@U0MIKA0001>/);
    await app.slack.as('mika').command('ops', '/ops jobs cancel JOB-1');
    await untilWhispered(app, 'mika', /The watching of JOB-1 ends in a moment/);
    await app.slack.until(() => said(/The change stays/), 20_000);
  });
});
