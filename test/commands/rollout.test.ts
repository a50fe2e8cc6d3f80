import { expect, it } from 'vitest';
import { query as rollout } from '../../src/commands/rollout.ts';
import { useLists } from '../support/lists.ts';
import { targetOf } from '../support/shop.ts';

const lists = useLists();
const { ask } = lists;
const KEY = 'production/main/shop/deployment';

it('is done, goes on, or has failed: each with what there is to do next', async () => {
  const main = lists.world('production/main');
  main.create({ namespace: 'shop', name: 'fine', replicas: 2 });
  expect((await ask(rollout, 'status shop/fine')).text).toBe(`${KEY}/fine: rolled out, 2 of 2 ready.`);
  expect((await ask(rollout, 'deploy/fine -n shop')).text).toBe(`${KEY}/fine: rolled out, 2 of 2 ready.`);
  for (const words of ['status deployment fine -n shop', 'status -n shop deploy fine', 'deployment fine'])
    expect((await ask(rollout, words)).text).toBe(`${KEY}/fine: rolled out, 2 of 2 ready.`);
  expect((await ask(rollout, 'status', { incidentTarget: targetOf('fine') })).buttons).toEqual([]);

  main.create({ namespace: 'shop', name: 'stuck', replicas: 2, progressDeadlineSeconds: 60 });
  main.breakImage('shop', 'stuck');
  main.tick(10);
  const going = await ask(rollout, 'status shop/stuck');
  expect(going.text).toMatch(/stuck: rolling out, 1 of 2 updated, 2 ready, 2 available\./);
  expect(going.buttons[0]).toEqual(['Look again', `rollout status ${KEY}/stuck`]);
  main.tick(120);
  const failed = await ask(rollout, 'status shop/stuck');
  expect(failed.text).toContain('the rollout has failed');
  expect(failed.lines[0]).toMatch(/^stuck-\S+ .*(ImagePullBackOff|ErrImagePull)/);
  expect(failed.buttons.at(-1)).toEqual(['Roll back stuck', `rollback ${KEY}/stuck --from 2`]);
  expect((await ask(rollout, 'shop/stuck', {}, 'ja')).text).toContain('ロールアウト失敗');
});

it('that was done does not go on because its pods crash since', async () => {
  const main = lists.world('production/main');
  main.create({ namespace: 'shop', name: 'crashing', replicas: 3 });
  main.tick(20);
  main.crash('shop', 'crashing', { until: 'mended' });
  main.tick(60);
  const words = 'status shop/crashing';
  expect((await ask(rollout, words)).text).toBe(`${KEY}/crashing: rolled out, but 0 of 3 ready. CrashLoopBackOff`);
  expect((await ask(rollout, words, {}, 'ja')).text).toContain('ロールアウト済みですが、3 個中 0 個だけが準備完了です');
});

it('of what is scaled to zero says so, with the way up', async () => {
  const main = lists.world('production/main');
  main.create({ namespace: 'shop', name: 'mailer', replicas: 0 });
  main.create({ namespace: 'shop', name: 'agent', kind: 'DaemonSet', replicas: 0 });
  const idle = await ask(rollout, 'status shop/mailer');
  expect(idle.text).toBe(`${KEY}/mailer: rolled out, and scaled to zero: no pods.`);
  expect(idle.buttons).toEqual([['Scale to 1…', `scale ${KEY}/mailer 1`]]);
  expect((await ask(rollout, 'status shop/mailer', {}, 'ja')).text).toContain('0 個にスケール済み');
  expect((await ask(rollout, 'status ds/agent -n shop')).buttons).toEqual([]);
});

it('of a word that it does not know does nothing, and says so', async () => {
  for (const word of ['pause', 'foo'])
    await expect(ask(rollout, `${word} shop/fine`)).rejects.toMatchObject({
      code: 'not-one-of',
      params: { given: word, choices: ['status', 'history', 'restart', 'undo'] },
    });
  await expect(ask(rollout, 'resume')).rejects.toMatchObject({ code: 'not-one-of' });
});

it('of what is not there is an error', async () => {
  await expect(ask(rollout, 'status shop/nothing')).rejects.toMatchObject({ code: 'no-such-workload' });
});
