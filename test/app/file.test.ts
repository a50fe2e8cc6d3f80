import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ephemeral, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';

/** Answers that are longer than a phone: the button for the rest, and the file that comes of it. */

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ config: TEAM });
  const { world } = app.cluster;
  for (let i = 10; i < 50; i++) world.create({ namespace: 'shop', name: `w${i}`, replicas: 1 });
  world.create({ namespace: 'blog', name: 'alone', replicas: 1 });
  world.tick(30);
  await app.atRest();
});
afterAll(() => app.close());

async function next(person: string, act: () => Promise<unknown>): Promise<Ephemeral> {
  const before = app.slack.user(person).ephemerals.length;
  await act();
  return app.slack.until(() => app.slack.user(person).ephemerals[before], 20_000);
}

const ask = (words: string): Promise<Ephemeral> =>
  next('taro', () => app.slack.as('taro').command('ops', `/ops ${words}`));

const BUTTON = 'All of it, as a file';

describe('a long answer', () => {
  it('has a button, and all of it comes as a file into the direct conversation with who pressed', async () => {
    const answer = await ask('pods -n shop');
    expect(visibleText(answer)).toContain('+28');
    const told = await next('taro', () => app.slack.as('taro').click(answer, BUTTON));
    expect(visibleText(told)).toContain('Here is all of it');
    expect(JSON.stringify(told.blocks)).toContain('https://hikeshi.slack.com/files/');
    const file = app.slack.files.at(-1)!;
    expect(file).toMatchObject({ name: 'pods.txt', title: '/ops pods -n shop', completed: true });
    const text = Buffer.from(file.bytes!).toString('utf8');
    for (let i = 10; i < 50; i++) expect(text).toContain(`w${i}-`);
    expect(text).not.toContain('+10');
    app.slack.advance(1_000);
    await app.slack.until(() =>
      app.slack.user('taro').directMessages.find((m) => JSON.stringify(m.files).includes(file.id)),
    );
  });

  it('is asked for by a flag as well, also when it is short', async () => {
    const told = await ask('pods -n blog --file');
    expect(visibleText(told)).toContain('Here is all of it');
    expect(Buffer.from(app.slack.files.at(-1)!.bytes!).toString('utf8')).toMatch(/alone-.*Running/);
  });

  it('has no such button when it is whole', async () => {
    expect(visibleText(await ask('pods -n blog'))).not.toContain(BUTTON);
  });

  it.each([
    [
      { kind: 'error', method: 'files.completeUploadExternal', code: 'file_upload_size_restricted' },
      'file_upload_size_restricted',
    ],
    [{ kind: 'error', method: 'files.getUploadURLExternal', code: 'missing_scope' }, 'missing_scope'],
    [{ kind: 'http500', method: 'upload' }, 'upload_failed'],
    [{ kind: 'reset', method: 'upload' }, 'upload_failed'],
  ] as const)('says so when Slack does not take the file: %j', async (fault, reason) => {
    const heal = app.slack.addFault(fault);
    const told = await ask('pods -n shop --file');
    heal();
    expect(visibleText(told)).toContain(`Slack did not take the file (${reason})`);
  });
});
