import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from '../../src/commands/logs.ts';
import { parseWords, readArgs } from '../../src/core/ask/parse.ts';
import { tokenize } from '../../src/core/ask/tokenize.ts';
import type { Asked } from '../../src/core/define.ts';
import { plainText } from '../../src/core/wording.ts';
import type { Target } from '../../src/domain/workload.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import { askedBy, resourcesOf } from '../support/asked.ts';
import { type SimulatedEnvironments, simulatedEnvironments } from '../support/simulated.ts';

const NOW = new Date('2026-11-20T03:00:00Z');
const SECRET = 'ghp_0123456789abcdefghij';
const LINES = [
  '{"level":"info","msg":"listening on 8080"}',
  `{"level":"error","msg":"no stock","user":"hana","auth":"${SECRET}"}`,
  'GET /cart 200',
  '\u001b[31mGET /pay 500 timeout\u001b[0m',
];

let simulated: SimulatedEnvironments;
beforeAll(async () => {
  simulated = await simulatedEnvironments({ production: ['main', 'dr'], staging: ['solo'] }, () => NOW);
  const main = simulated.worlds.get('production/main')!;
  main.create({ namespace: 'shop', name: 'checkout', replicas: 2, prints: LINES, sidecars: ['proxy'] });
  main.create({ namespace: 'shop', name: 'payments', replicas: 1, labels: { tier: 'money' }, prints: ['pay'] });
  main.create({ namespace: 'data', name: 'db', kind: 'StatefulSet', replicas: 2, prints: ['ready'] });
  main.create({ namespace: 'shop', name: 'broken', replicas: 2, image: 'x:missing' });
  main.create({
    namespace: 'shop',
    name: 'talks',
    prints: Array.from({ length: 150 }, (_, i) => `line ${i} ${'x'.repeat(80)}`),
  });
  main.crash('shop', 'payments', { until: 'mended', says: ['FATAL out of memory'] });
  main.tick(60);
  const solo = simulated.worlds.get('staging/solo')!;
  for (const namespace of ['a', 'b']) solo.create({ namespace, name: 'twin', prints: [namespace] });
});
afterAll(() => simulated.close());

const checkout: Target = {
  environment: 'production',
  cluster: 'main',
  namespace: 'shop',
  kind: 'Deployment',
  name: 'checkout',
};

async function logs(words: string, asked: Partial<Asked> = {}, language: Language = 'en') {
  const { given, environment } = parseWords(query, tokenize(words));
  const { text, blocks } = await query.answer(
    readArgs(query, given, 'en'),
    resourcesOf({ environments: simulated.environments }),
    askedBy({
      language,
      now: NOW,
      signal: AbortSignal.timeout(10_000),
      environment: environment ?? 'production',
      cluster: 'main',
      ...asked,
    }),
    sentences(language),
  );
  const code = blocks.find((b) => b.kind === 'code')?.code ?? '';
  const notes = blocks.flatMap((b) => (b.kind === 'context' ? b.lines : [])).map(plainText);
  const buttons = blocks
    .flatMap((b) => (b.kind === 'buttons' ? b.buttons : []))
    .map((b) => [b.label, b.carries['say']]);
  return { text: plainText(text), lines: code === '' ? [] : code.split('\n'), notes, buttons };
}

const podOf = (app: string): string =>
  simulated.worlds
    .get('production/main')!
    .store.list('pods')
    .find((pod) => pod.metadata.labels?.['app'] === app)!.metadata.name;

describe('logs', () => {
  it('shows the last lines of all pods of a workload by time, each with whose it is, and the last error first', async () => {
    const { text, lines, notes } = await logs('checkout');
    expect(text).toMatch(
      /^production\/main\/shop\/deployment\/checkout, container app: the last 8 lines, 2 pods, times in UTC\. Last error: 03:00:\d\d \w{5} .*no stock/,
    );
    expect(lines).toHaveLength(8);
    const whose = new Set(lines.map((line) => /^03:00:\d\d (\w{5}) /.exec(line)?.[1]));
    expect(whose.size).toBe(2);
    expect(lines.join('\n')).toContain('GET /pay 500 timeout');
    expect(notes).toEqual(['Other containers, with -c: proxy.']);
  });

  it.each([
    'checkout',
    'shop/checkout',
    'deploy/checkout -n shop',
    'chec',
    '-l app=checkout',
    'production/main/shop/deployment/checkout',
  ])('logs %s', async (words) => {
    expect((await logs(words)).lines).toHaveLength(8);
  });

  it('shows one pod without saying whose each line is', async () => {
    const pod = podOf('checkout');
    for (const words of [pod, pod.slice(-7), `shop/${pod}`]) {
      const { text, lines } = await logs(words);
      expect(text).toContain(`production/main/shop/${pod}, container app: the last 4 lines, 1 pod`);
      expect(lines[2]).toMatch(/^03:00:\d\d GET \/cart 200$/);
    }
  });

  it('calls the pods of a stateful set by their names', async () => {
    const { lines } = await logs('sts/db -n data');
    expect(lines.map((line) => line.slice(9))).toEqual(['db-0 ready', 'db-1 ready']);
  });

  it('masks secrets, and does not let anybody look for their letters', async () => {
    expect(JSON.stringify(await logs('checkout'))).not.toContain('ghp_');
    expect((await logs('checkout --grep ghp_0')).lines).toEqual([]);
    expect((await logs('checkout --grep "no stock.*auth"')).lines).toHaveLength(2);
    expect(JSON.stringify(await logs('checkout'))).not.toContain('\\u001b');
  });

  it('filters by RE2, by errors, by both', async () => {
    const found = await logs('checkout --grep "GET /(cart|pay) \\d+"');
    expect(found.lines).toHaveLength(4);
    expect(found.text).toContain('the last 4 lines found');
    expect((await logs('checkout --errors')).lines.every((line) => line.includes('no stock'))).toBe(true);
    expect((await logs('checkout --errors --grep listening')).text).toContain('no such line in 2 pods.');
    expect((await logs('checkout --grep "(?i)get" --tail 1')).lines).toHaveLength(2);
  });

  it('takes a number of lines of each pod, and a time', async () => {
    expect((await logs('checkout --tail 1')).lines).toHaveLength(2);
    expect((await logs('checkout --since 1h30m')).lines).toHaveLength(8);
    expect((await logs('talks --since 10s')).text).toContain('no line in 1 pod.');
    expect((await logs('checkout --since-time 2026-11-20T02:00:00Z')).lines).toHaveLength(8);
    expect((await logs('checkout --since-time 2026-11-20T13:00:00+09:00')).text).toContain('no line in 2 pods.');
  });

  it('cuts what is longer than a phone shows from the old end, and says how much', async () => {
    const { lines, notes } = await logs('talks');
    expect(lines.at(-1)).toContain('line 149');
    expect(lines.join('\n').length).toBeLessThanOrEqual(2_800);
    const more = 100 - lines.length;
    expect(notes[0]).toMatch(new RegExp(`^${more} more before these, and older ones\\. Narrow it down with --errors`));
    expect((await logs('talks --since 1h')).notes[0]).toContain(`${150 - lines.length} more before these.`);
    expect((await logs('talks --grep line')).notes[0]).toContain(`${150 - lines.length} more before these.`);
  });

  it('shows what a crashed container said before', async () => {
    const { text, lines } = await logs('payments --previous');
    expect(lines.at(-1)).toContain('FATAL out of memory');
    expect(text).toContain('Last error: ');
    const ended =
      /container app, the previous run: the last \d+ lines, 1 pod, times in UTC\. It ended at \S+.*, exit code 1 \(Error\)\./;
    expect(text).toMatch(ended);
    expect((await logs('payments')).text).not.toMatch(/previous run|ended at/);
    expect((await logs('payments -p', {}, 'ja')).text).toMatch(/、前回の実行: .*に終了、終了コード 1 \(Error\)。/);
  });

  it('means the workload of the incident in its thread', async () => {
    const there = { incidentTarget: checkout, cluster: undefined };
    expect((await logs('', there)).lines).toHaveLength(8);
    expect((await logs('-c app --tail 1', there)).lines).toHaveLength(2);
    expect((await logs('db', there)).lines).toHaveLength(2);
    const gone = { ...there, incidentTarget: { ...checkout, name: 'gone' } };
    await expect(logs('', gone)).rejects.toMatchObject({ code: 'no-such-workload' });
    await expect(logs('-n data', there)).rejects.toMatchObject({ code: 'which-target' });
  });

  it('speaks Japanese', async () => {
    expect((await logs('checkout', {}, 'ja')).text).toMatch(/最新 8 行、Pod 2 個、時刻は UTC。最後のエラー: /);
    expect((await logs('talks', {}, 'ja')).notes[0]).toContain('少なくとも');
    expect((await logs('nobody -n shop', {}, 'ja')).text).toMatch(/という Pod はありません/);
  });
});

describe('logs, asked badly', () => {
  it('lists what several words could mean, each as it can be typed', async () => {
    const twins = { environment: 'staging', cluster: undefined };
    const candidates = ['staging/solo/a/deployment/twin', 'staging/solo/b/deployment/twin'];
    await expect(logs('twin', twins)).rejects.toMatchObject({
      code: 'ambiguous-target',
      params: { candidates, more: 0 },
    });
    for (const [i, words] of candidates.entries())
      expect((await logs(words, twins)).lines[0]).toMatch(new RegExp(` ${'ab'[i]}$`));
    expect((await logs('-l app=twin', twins)).lines).toHaveLength(2);
  });

  it('of part of a name lists first what begins with it, and of that what is in trouble', async () => {
    const solo = simulated.worlds.get('staging/solo')!;
    for (const name of ['cart', 'checkout', 'stock', 'crates', 'ucp', 'xc', 'zc'])
      solo.create({ namespace: 'c', name, age: 600_000 });
    solo.failProbe('c', 'checkout', { until: 'mended', words: '503' });
    solo.tick(2);
    const short = ['checkout', 'cart', 'crates', 'stock', 'ucp'].map((name) => `staging/solo/c/deployment/${name}`);
    await expect(logs('c', { environment: 'staging', cluster: undefined })).rejects.toMatchObject({
      code: 'ambiguous-target',
      params: { candidates: short, more: 2 },
    });
  });

  it('names the containers that there are', async () => {
    await expect(logs('checkout -c prox')).rejects.toMatchObject({
      code: 'no-such-container',
      params: { container: 'prox', near: ['proxy'], containers: ['app', 'proxy'] },
    });
    expect((await logs('checkout -c proxy')).text).toContain('container proxy: the last 8 lines');
  });

  it('says that a container has not started, or not been restarted', async () => {
    const { text, lines, buttons } = await logs('broken');
    expect(text).toMatch(
      /^broken-\S+, broken-\S+: container app has not started yet \(trying and failing to pull image\)/,
    );
    expect(lines).toEqual([]);
    expect(buttons).toEqual([['Why?', 'why production/main/shop/deployment/broken']]);
    expect((await logs('-l app=broken -n shop')).buttons).toEqual([]);
    expect((await logs('checkout -p')).text).toMatch(/has not been restarted, so there is no previous log/);
  });

  it.each([
    ['--grep "a(b"', 'bad-regex'],
    ['--grep "(?=a)"', 'bad-regex'],
    [`--grep ${'a'.repeat(300)}`, 'regex-too-long'],
    ['--since yesterday', 'not-a-since'],
    ['--since 0s', 'not-a-since'],
    ['--since=-5m', 'not-a-since'],
    ['--since-time yesterday', 'not-a-since-time'],
    ['--since-time 2026-11-20', 'not-a-since-time'],
    ['--since-time 2026-11-20T03:00:00Z --since 5m', 'same-twice'],
    ['-f --previous', 'not-with-follow'],
    ['--tail many', 'not-a-tail'],
    ['--tail 0', 'not-a-tail'],
    ['--tail=-1', 'not-a-tail'],
    ['--tail 1000000', 'not-a-tail'],
    ['--tail 1.5', 'not-a-tail'],
  ])('checkout %s: %s', async (words, code) => {
    await expect(logs(`checkout ${words}`)).rejects.toMatchObject({ name: 'UserError', code });
  });

  it('says of a workload that is scaled to 0 that it has no pods', async () => {
    simulated.worlds.get('production/main')!.create({ namespace: 'shop', name: 'mailer', replicas: 0 });
    const target = 'production/main/shop/deployment/mailer';
    expect((await logs('mailer')).text).toBe(`${target} is scaled to 0: it has no pods.`);
    const there = { incidentTarget: { ...checkout, name: 'mailer' }, cluster: undefined };
    expect((await logs('', there)).text).toBe(`${target} is scaled to 0: it has no pods.`);
  });

  it('asks which one, and says what is near', async () => {
    await expect(logs('')).rejects.toMatchObject({ code: 'which-target' });
    await expect(logs('-n shop')).rejects.toMatchObject({ code: 'which-target' });
    expect((await logs('chekout -n shop')).text).toBe(
      'No pod chekout in production/main/shop. Did you mean checkout? -n and -e look elsewhere.',
    );
    await expect(logs('checkout -n shpo')).rejects.toMatchObject({ code: 'no-such-namespace' });
  });

  it('passes a missing right and a cluster that is away on', async () => {
    const main = simulated.worlds.get('production/main')!;
    main.forbid('get', 'pods/log');
    await expect(logs('checkout')).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('pods/log'),
    });
    main.forbid('get', 'pods/log', false);
    main.away('503');
    await expect(logs('checkout')).rejects.toMatchObject({ kind: 'away', cluster: 'main' });
    const elsewhere = await logs('checkout', { cluster: undefined }).finally(() => main.away(false));
    expect(elsewhere.text).toMatch(/^No pod checkout in production/);
    expect(elsewhere.notes).toEqual(['Without main, which does not answer.']);
  });
});
