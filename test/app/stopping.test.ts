import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createCleanups } from '../../src/app/cleanups.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { alert, bodyOf } from './support/alerts.ts';
import { firstPost, onlyPost } from './support/seen.ts';

const silent = pino({ level: 'silent' });
const never = (): Promise<void> => new Promise(() => undefined);

describe('clean-ups', () => {
  it('taking stops first, what is under way next and all at once, the rest one by one and backwards', async () => {
    const said: string[] = [];
    const part = (name: string, ms: number) => async () => {
      said.push(`${name} begins`);
      await pause(ms);
      said.push(`${name} ends`);
    };
    const cleanups = createCleanups(silent);
    cleanups.add('database', part('database', 1));
    cleanups.add('outbox', part('outbox', 40), 'work');
    cleanups.add('loop', part('loop', 1));
    cleanups.add('http', part('http', 20), 'intake');
    cleanups.add('answers', part('answers', 20), 'work');
    await cleanups.run(5_000);
    expect(said).toEqual([
      'http begins',
      'http ends',
      'answers begins',
      'outbox begins',
      'answers ends',
      'outbox ends',
      'loop begins',
      'loop ends',
      'database begins',
      'database ends',
    ]);
  });

  it('one that hangs takes nothing from those beside it and leaves time for those after it', async () => {
    const given: Record<string, number> = {};
    const cleanups = createCleanups(silent);
    const note = (name: string) => (ms: number) => {
      given[name] = ms;
    };
    cleanups.add('database', note('database'));
    cleanups.add('outbox', note('outbox'), 'work');
    cleanups.add('answers', never, 'work');
    cleanups.add('http', never, 'intake');
    const began = performance.now();
    await cleanups.run(2_000);
    expect(given['outbox']).toBeGreaterThan(600);
    expect(given['database']).toBeGreaterThan(250);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('the program', () => {
  let app: TestApp;
  afterEach(() => app.close());

  it('a private answer that hangs does not cut off a first post that is under way', async () => {
    app = await startTestApp();
    const answer = app.slack.hold({ method: 'response_url' });
    await app.slack.as('taro').command('alerts', '/ops help');
    await answer.arrived;
    const held = app.slack.hold({ method: 'chat.postMessage', channel: app.slack.channel('alerts').id });
    await app.send(bodyOf([alert({ now: app.now() })]));
    await held.arrived;
    const stopped = app.stop();
    await pause(1_500);
    held.release();
    await firstPost(app);
    await stopped;
    answer.release();
    await app.start();
    await app.atRest();
    expect(app.slack.calls('conversations.history')).toHaveLength(0);
    onlyPost(app);
  });
});
