import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Message, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { alert, bodyOf } from './support/alerts.ts';
import { untilThread, untilWhispered } from './support/seen.ts';

/** Diagnose on an incident's post: what is found stands in its thread. */

let app: TestApp;
let count = 0;
beforeAll(async () => {
  app = await startTestApp({ config: TEAM });
});
afterAll(() => app.close());

async function incident(): Promise<{ readonly name: string; readonly post: Message }> {
  const name = `d${++count}`;
  app.cluster.world.create({ namespace: 'shop', name, replicas: 2 });
  app.cluster.world.breakImage('shop', name);
  app.cluster.world.tick(120);
  await app.send(bodyOf([alert({ now: app.now(), labels: { alertname: `Diagnosed${count}`, deployment: name } })]));
  const post = await app.slack.until(() =>
    app.slack.channel('alerts').messages.find((m) => visibleText(m).includes(`Diagnosed${count}`)),
  );
  await app.atRest();
  return { name, post: structuredClone(app.slack.channel('alerts').message(post.ts) ?? post) };
}

const findings = (post: Message): readonly Message[] =>
  app.slack
    .channel('alerts')
    .thread(post.ts)
    .filter((m) => visibleText(m).includes('Looked at for'));

describe('Diagnose', () => {
  it('says so when nothing is wrong', async () => {
    app.cluster.world.create({ namespace: 'shop', name: 'well', replicas: 2 });
    await app.send(bodyOf([alert({ now: app.now(), labels: { alertname: 'Unfounded', deployment: 'well' } })]));
    const post = await app.slack.until(() =>
      app.slack.channel('alerts').messages.find((m) => visibleText(m).includes('Unfounded')),
    );
    await app.atRest();
    await app.slack.as('taro').click(app.slack.channel('alerts').message(post.ts) ?? post, 'Diagnose');
    expect(await untilThread(app, post, /Looked at for/)).toMatch(/well: 2 of 2 ready/);
  });

  it('puts the cause into the thread, with the next step, and calls nobody', async () => {
    const { name, post } = await incident();
    expect(await app.slack.as('taro').click(post, 'Diagnose')).toMatchObject({ ok: true });
    await untilWhispered(app, 'taro', /What there is to find is in the thread of INC-\d+/);
    const said = await untilThread(app, post, /Looked at for/);
    expect(said).toContain(`production/main/shop/deployment/${name}`);
    expect(said).toMatch(/image/i);
    expect(said).not.toContain('<@');
    const [finding] = findings(post);
    await app.slack.as('mika').click(finding!, 'Roll back…');
    await app.slack.until(() => visibleText(app.slack.as('mika').view() ?? {}).includes(name));
    app.slack.as('mika').reload();
  });

  it('says it once, however many press at the same time, and anew a little later', async () => {
    const { post } = await incident();
    await Promise.all(['taro', 'mika', 'hana'].map((person) => app.slack.as(person).click(post, 'Diagnose')));
    for (const person of ['taro', 'mika']) await untilWhispered(app, person, /What there is to find/);
    await untilThread(app, post, /Looked at for/);
    await app.atRest();
    const before = findings(post).length;
    expect(before).toBeLessThanOrEqual(2);
    app.move(60_000);
    await app.slack.as('taro').click(post, 'Diagnose');
    await app.slack.until(() => findings(post).length > before);
  });

  it('tells who pressed when the cluster does not answer, and nobody else', async () => {
    const { post } = await incident();
    app.cluster.world.faults.away = '503';
    await app.slack.as('taro').click(post, 'Diagnose');
    await untilWhispered(app, 'taro', /main.* answer/);
    app.cluster.world.faults.away = false;
    expect(findings(post)).toEqual([]);
  });
});
