import { describe, expect, it } from 'vitest';
import { query } from '../../src/commands/why.ts';
import { plainText } from '../../src/core/wording.ts';
import type { Target } from '../../src/domain/workload.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { fakeImages } from '../fakes/images.ts';
import { argsOf, askedBy, resourcesOf } from '../support/asked.ts';
import { targetOf, useShop } from '../support/shop.ts';

const shop = useShop();
const images = fakeImages();

interface Asking {
  readonly language?: Language;
  readonly incidentTarget?: Target;
  readonly cluster?: Cluster;
}

/** What stands in the answer, with what its buttons say. */
async function why(typed: string, { language = 'en', incidentTarget, cluster = shop.cluster }: Asking = {}) {
  const environments = new Map([['production', { name: 'production', clusters: new Map([['main', cluster]]) }]]);
  const now = new Date(Date.parse(shop.world.store.time()) + 1_000);
  const asked = askedBy({ environment: 'production', language, incidentTarget, now });
  const answered = await query.answer(
    argsOf(query, typed),
    resourcesOf({ environments, images }),
    asked,
    sentences(language),
  );
  const lines = answered.blocks.flatMap((block) => {
    if (block.kind === 'text') return [plainText(block.text)];
    if (block.kind === 'context') return block.lines.map(plainText);
    return block.kind === 'code' ? [block.code] : [];
  });
  const says = answered.blocks.flatMap((block) =>
    block.kind === 'buttons' ? block.buttons.map(({ label, carries }) => `${label} = ${String(carries['say'])}`) : [],
  );
  return { text: plainText(answered.text), lines, says };
}

const podOf = (name: string) =>
  shop.world.store.list('pods', 'shop').find((p) => p.metadata.name.startsWith(`${name}-`))!.metadata.name;

describe('why', () => {
  it('names an image that is not there, what it rests on, and how to go back', async () => {
    shop.world.create({ namespace: 'shop', name: 'checkout', image: 'registry.example/shop/checkout:1.4' });
    shop.world.breakImage('shop', 'checkout');
    shop.world.tick(30);
    const key = 'production/main/shop/deployment/checkout';
    const told = await why('shop/checkout');
    const cause =
      'The registry has no image registry.example/shop/checkout:missing: its tag is misspelt, or it was never pushed. Roll back, or push it.';
    expect(told.text).toBe(`${key}: 1 of 1 ready. ${cause}`);
    expect(told.lines).toEqual([
      `${key}: 1 of 1 ready.`,
      expect.stringMatching(`^${cause.replaceAll('.', '\\.')} \\(`),
      expect.stringMatching(
        /^Failed ×\d+, \d+[sm] ago: Failed to pull image "registry.example\/shop\/checkout:missing"/,
      ),
    ]);
    expect(told.says).toEqual([`Roll back… = rollback ${key} --from 2`, `Revisions = history ${key}`]);
    expect((await why('', { incidentTarget: targetOf('checkout') })).text).toBe(told.text);
    expect((await why('shop/checkout', { language: 'ja' })).text).toBe(
      `${key}: 1 個中 1 個が Ready。レジストリにイメージ registry.example/shop/checkout:missing がありません。タグの誤りか、push されていません。ロールバックするか push してください。`,
    );
  });

  it('asks ECR for an image that is in it', async () => {
    const repository = '123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/shop/cart';
    shop.world.create({ namespace: 'shop', name: 'cart', image: `${repository}:1.4` });
    shop.world.breakImage('shop', 'cart');
    shop.world.tick(30);
    images.push('shop/cart', '1.4', new Date(Date.parse(shop.world.store.time()) - 3_600_000));
    const told = await why('shop/cart');
    expect(told.lines[1]).toContain(`The registry has no image ${repository}:missing`);
    expect(told.lines[2]).toBe('ECR has no missing in shop/cart. Newest: 1.4 (pushed 1h ago).');
  });

  it('shows the last lines of what crashes, masked, and leads to the whole log', async () => {
    shop.world.create({ namespace: 'shop', name: 'crashing' });
    shop.world.crash('shop', 'crashing', {
      until: 'mended',
      exitCode: 3,
      says: ['cannot connect', 'DB_PASSWORD=hunter2'],
    });
    shop.world.tick(30);
    const told = await why('crashing');
    expect(told.lines.slice(1)).toEqual([
      expect.stringMatching(/^app ends by itself, exit code 3, \d+ restarts\. \(all of them\)$/),
      expect.stringMatching(/^Error, \d+[sm] ago: app: exit code 3$/),
      expect.stringContaining('DB_PASSWORD=***'),
    ]);
    const pod = podOf('crashing');
    expect(told.says).toEqual([`Log before the end of app = logs production/main/shop/${pod} -c app --previous`]);
    const alone = await why(`shop/${pod}`);
    expect(alone.lines[0]).toBe(`production/main/shop/${pod}: 0 of 1 ready.`);
    expect(alone.says).toEqual(told.says);
    expect((await why(`shop/${pod.slice(0, -3)}`)).lines[0]).toBe(
      'production/main/shop/deployment/crashing: 0 of 1 ready.',
    );
  });

  it('counts all pods of one trouble, however many of them were asked about', async () => {
    shop.world.create({ namespace: 'shop', name: 'refusing', replicas: 12 });
    shop.world.failProbe('shop', 'refusing', { until: 'mended', words: 'statuscode: 503' });
    shop.world.tick(80);
    const told = await why('refusing');
    expect(told.lines.slice(1)).toEqual([
      'app runs, and its readiness probe fails (statuscode: 503). (all of them)',
      expect.stringMatching(/^Unhealthy ×/),
    ]);
    expect(told.says).toEqual([expect.stringMatching(/^Log of app = logs .* -c app$/)]);
  });

  it('says that nothing is wrong, that it does not know, and what it may not look at', async () => {
    shop.world.create({ namespace: 'shop', name: 'well', age: 600_000 });
    const well = await why('shop/well');
    expect(well).toEqual({
      text: 'production/main/shop/deployment/well: 1 of 1 ready. I find nothing wrong with it. Looked at: pods, events, volume claims, nodes, services, network policies.',
      lines: [well.text],
      says: [],
    });
    shop.world.forbid('list', 'events');
    shop.world.forbid('list', 'nodes');
    const pod = shop.world.store.list('pods', 'shop').find((p) => p.metadata.name.startsWith('well-'))!;
    const [status] = pod.status.containerStatuses!;
    const dull = { ...status!, ready: false };
    const conditions = pod.status.conditions.map((c) => ({ ...c, status: 'False' as const }));
    shop.world.store.put('pods', { ...pod, status: { ...pod.status, conditions, containerStatuses: [dull] } });
    const unknown = await why(`shop/${pod.metadata.name}`);
    shop.world.forbid('list', 'events', false);
    shop.world.forbid('list', 'nodes', false);
    expect(unknown.text).toMatch(
      /I find nothing|It is starting|I don’t know why\. Looked at: pods, volume claims, services/,
    );
    expect(unknown.lines.at(-1)).toBe(
      'Not looked at, for our account may not: events, nodes. /ops can-i names the rights.',
    );
  });

  it('offers to scale up what is at zero, and names a pod of no workload', async () => {
    shop.world.create({ namespace: 'shop', name: 'asleep', replicas: 0 });
    const told = await why('asleep');
    expect(told.lines[1]).toBe('It is scaled to zero: nothing is meant to run.');
    expect(told.says).toEqual(['Scale to 1… = scale production/main/shop/deployment/asleep 1']);
    shop.world.create({ namespace: 'shop', name: 'whole' });
    const pod = shop.world.store.list('pods', 'shop').find((p) => p.metadata.name.startsWith('whole-'))!;
    const { ownerReferences: _, ...metadata } = pod.metadata;
    shop.world.store.put('pods', { ...pod, metadata: { ...metadata, name: 'by-hand', uid: 'by-hand' } });
    expect((await why('by-hand')).text).toContain('production/main/shop/by-hand: 1 of 1 ready.');
    await expect(why('nothing-like-it')).rejects.toMatchObject({ code: 'no-such-workload' });
  });

  it('takes a kind as a word of its own, and refuses one that is no workload’s', async () => {
    shop.world.create({ namespace: 'shop', name: 'spelt', age: 600_000 });
    expect((await why('deploy spelt')).text).toContain('production/main/shop/deployment/spelt: 1 of 1 ready.');
    expect((await why('node node-1')).text).toContain('production/main/node/node-1: ready');
    for (const words of ['svc/spelt', 'svc spelt -n shop'])
      await expect(why(words)).rejects.toMatchObject({ code: 'wrong-kind' });
  });

  it('says of what went meanwhile that it is not there', async () => {
    shop.world.create({ namespace: 'shop', name: 'brief' });
    const cluster: Cluster = { ...shop.cluster, facts: async () => undefined };
    await expect(why('shop/brief', { cluster })).rejects.toMatchObject({ code: 'no-such-workload' });
  });

  it('leaves a log out that does not come', async () => {
    shop.world.create({ namespace: 'shop', name: 'mute' });
    shop.world.crash('shop', 'mute', { until: 'mended' });
    shop.world.tick(30);
    shop.world.forbid('get', 'pods/log');
    const told = await why('shop/mute');
    shop.world.forbid('get', 'pods/log', false);
    expect(told.lines).toHaveLength(3);
  });
});
