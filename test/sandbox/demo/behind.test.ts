import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { behindOf } from '../../../sandbox/demo/behind.ts';
import type { Behind, Row } from '../../../sandbox/page/client/model/behind.ts';
import { type Ephemeral, type Message, PEOPLE, visibleText } from '../../../sandbox/slack/index.ts';
import { alert, bodyOf } from '../../app/support/alerts.ts';
import { firstPost, untilShows } from '../../app/support/seen.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let post: Message;
beforeAll(async () => {
  app = await startTestApp();
  app.cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 2 });
  const annotations = { summary: 'checkout fails with DB_PASSWORD=hunter22 in its log <b>' };
  await app.send(bodyOf([alert({ now: app.now(), annotations })]));
  post = await firstPost(app);
  await app.slack.as('mika').click(post, 'Acknowledge');
  await untilShows(app, post, /<@U0MIKA0001> has it/);
  await app.atRest();
});
afterAll(() => app.close());

const look = (
  { channel, ts }: Pick<Message | Ephemeral, 'channel' | 'ts'>,
  as: string = PEOPLE.mika,
  lang: 'en' | 'ja' = 'en',
): Promise<Behind | undefined> => behindOf({ slack: app.slack, app: app.app() }, { channel, ts, as, lang });

async function found(...question: Parameters<typeof look>): Promise<Behind> {
  const told = await look(...question);
  if (!told) throw new Error('nothing is behind it');
  return told;
}

const titles = ({ sections }: Behind): string[] => sections.map(({ title }) => title);
const wordsOf = ({ sections }: Behind, title: string): string =>
  visibleText({ blocks: sections.find((one) => one.title === title)?.blocks ?? [] });
const rows = ({ sections }: Behind, table: string): readonly Row[] =>
  sections.flatMap((section) => section.rows).filter((row) => row.table === table);
const about = (row: Row | undefined): string => visibleText({ blocks: [...(row?.about ?? []), ...(row?.more ?? [])] });

describe('what is behind a message', () => {
  it('of an incident: its row in words, what sent the post and drew it anew, and each row as it is, masked', async () => {
    const told = await found(post);
    expect(titles(told)).toEqual([
      'Incident INC-1',
      'This message',
      'What changed it',
      'Actions, approvals, jobs',
      'Audit',
    ]);
    expect(wordsOf(told, 'Incident INC-1')).toMatch(
      /State {2}acknowledged since .*Who has it {2}<@U0MIKA0001>.*1 firing, 0 resolved.*urgent, stopped at .*\(acked.*\).*nothing/s,
    );
    const [row] = rows(told, 'outbox');
    expect(about(row)).toMatch(
      /MSG-\d+ · post · sent.*show: draws what is so now.*Claimed {2}as version \d.*Attempts {2}went through.*Edits {2}[1-9]: shown in version/s,
    );
    expect(JSON.parse(row!.json)).toMatchObject({ kind: 'show', subject: 'incident:1', state: 'sent' });
    expect(rows(told, 'notifications').map(about)).toEqual([expect.stringMatching(/webhook: opened, 1 alert/)]);
    expect(rows(told, 'timeline').map(about).join('\n')).toMatch(/opened · Hikeshi.*acked · <@U0MIKA0001>/s);
    expect(rows(told, 'audit').map(about).join('\n')).toMatch(/ack\w* · executed · .*<@U0MIKA0001>/);
    const all = JSON.stringify(told);
    expect(all).toContain('<b>');
    expect(all).not.toContain('hunter22');
  });

  it('of a call in a direct message: the row that said it, to whom it was said', async () => {
    const direct = await app.slack.until(() => app.slack.user('taro').directMessages[0]);
    const told = await found(direct, PEOPLE.taro);
    expect(titles(told)[0]).toBe('Incident INC-1');
    expect(rows(told, 'outbox')).toHaveLength(1);
    expect(await look(direct, PEOPLE.mika), 'not a member').toBeUndefined();
  });

  it('of an action, in Japanese: its job and each step of the audit', async () => {
    await app.slack.as('mika').command('ops', '/ops restart shop/checkout');
    await app.slack.until(() => app.slack.as('mika').view()?.['submit']);
    await app.slack.as('mika').submit({ reason: 'test' });
    const result = await app.slack.until(
      () =>
        app.slack
          .channel('ops')
          .posts()
          .find((one) => /Healthy/.test(visibleText(one))),
      20_000,
    );
    await app.atRest();
    const told = await found(result, PEOPLE.mika, 'ja');
    expect(titles(told)).toEqual(['このメッセージ', '操作・承認・ジョブ', '監査']);
    expect(rows(told, 'actions').map(about)).toEqual([expect.stringMatching(/restart · 完了 · <@U0MIKA0001>/)]);
    expect(rows(told, 'jobs').map(about)).toEqual([expect.stringMatching(/JOB-1/)]);
    expect(rows(told, 'audit').map((row) => (JSON.parse(row.json) as { stage: string }).stage)).toEqual(
      expect.arrayContaining(['planned', 'confirmed', 'executing', 'executed', 'watched']),
    );
    const ofIncident = await found(post, PEOPLE.mika, 'ja');
    const lines = ofIncident.sections.flatMap((one) => one.rows).map(about);
    expect(lines.filter((line) => /発生中|実行中|送信済み|発生|成功/.test(line)).length).toBeGreaterThan(3);
    expect([...lines, ...rows(told, 'audit').map(about)].join('\n')).not.toMatch(/\b(firing|running|sent|opened|ok)\b/);
  });

  it('of an answer to one person: no row, and what was asked', async () => {
    await app.slack.as('mika').command('ops', '/ops pods -n shop');
    const answer = await app.slack.until(() =>
      app.slack.user('mika').ephemerals.find((one) => /checkout-/.test(visibleText(one))),
    );
    const told = await found(answer);
    expect(titles(told)).toEqual(['This answer', 'Audit']);
    expect(wordsOf(told, 'This answer')).toContain('it has no row in the outbox');
    expect(rows(told, 'audit').map(about)).toEqual([expect.stringMatching(/pods · asked · ok · <@U0MIKA0001>/)]);
    expect(await look(answer, PEOPLE.hana), 'somebody else’s').toBeUndefined();
  });

  it('of what people say, and of what is not there: nothing', async () => {
    const said = app.slack.as('mika').say('ops', 'hello');
    expect(await look(said)).toBeUndefined();
    expect(await look({ channel: 'CNOWHERE', ts: '1.000001' })).toBeUndefined();
    expect(await look({ channel: post.channel, ts: '1.000001' })).toBeUndefined();
  });

  it('of a message that no row names any more: says so', async () => {
    await app.app().database.db.deleteFrom('outbox').where('ts', '=', post.ts).execute();
    await app.app().database.db.updateTable('posts').set({ ts: null }).where('ts', '=', post.ts).execute();
    const told = await found(post);
    expect(titles(told)).toEqual(['This message', 'Audit']);
    expect(visibleText({ blocks: told.sections[0]!.blocks })).toContain('No row of the database names this message');
  });
});
