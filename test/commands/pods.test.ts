import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from '../../src/commands/pods.ts';
import { parseWords, readArgs } from '../../src/core/ask/parse.ts';
import { tokenize } from '../../src/core/ask/tokenize.ts';
import type { Answered, Asked } from '../../src/core/define.ts';
import { plainText } from '../../src/core/wording.ts';
import type { Target } from '../../src/domain/workload.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import { askedBy } from '../support/asked.ts';
import { type SimulatedEnvironments, simulatedEnvironments } from '../support/simulated.ts';

const NOW = new Date('2026-11-20T03:00:00Z');
const AGE_MS = (5 * 24 + 3) * 3_600_000;

let simulated: SimulatedEnvironments;
beforeAll(async () => {
  simulated = await simulatedEnvironments({ production: ['main', 'dr'], staging: ['solo'] }, () => NOW);
  const { worlds } = simulated;
  const main = worlds.get('production/main')!;
  main.create({ namespace: 'shop', name: 'checkout', replicas: 2, age: AGE_MS });
  main.create({ namespace: 'shop', name: 'payments', replicas: 1, labels: { tier: 'money' }, age: AGE_MS });
  main.create({ namespace: 'data', name: 'db', kind: 'StatefulSet', replicas: 1, age: AGE_MS });
  main.crash('shop', 'payments', { until: 'mended', exitCode: 137, reason: 'OOMKilled' });
  main.tick(60);
  worlds.get('production/dr')!.create({ namespace: 'shop', name: 'checkout', replicas: 1, age: AGE_MS });
  worlds.get('staging/solo')!.create({ namespace: 'load', name: 'many', replicas: 42 });
});
afterAll(() => simulated.close());

const incidentTarget: Target = {
  environment: 'production',
  cluster: 'main',
  namespace: 'shop',
  kind: 'Deployment',
  name: 'checkout',
};

interface Shown {
  readonly text: string;
  readonly columns: readonly string[];
  readonly kinds: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly more: number;
  readonly lines: readonly string[];
  /** What the buttons say. */
  readonly says: readonly string[];
  readonly labels: readonly string[];
}

async function pods(words: string, asked: Partial<Asked> = {}, language: Language = 'en'): Promise<Shown> {
  const { given, environment } = parseWords(query, tokenize(words));
  const answered = await query.answer(
    readArgs(query, given, 'en'),
    { environments: simulated.environments },
    askedBy({
      language,
      now: new Date(NOW.getTime() + 60_000),
      signal: AbortSignal.timeout(10_000),
      environment: environment ?? 'production',
      ...asked,
    }),
    sentences(language),
  );
  return shown(answered);
}

function shown({ text, blocks }: Answered): Shown {
  const table = blocks.find((b) => b.kind === 'table');
  const says = blocks.flatMap((b) =>
    b.kind === 'buttons' ? b.buttons.map(({ carries }) => String(carries['say'])) : [],
  );
  const lines = blocks.flatMap((b) => (b.kind === 'list' ? b.items : b.kind === 'context' ? b.lines : []));
  return {
    text: plainText(text),
    columns: table?.columns ?? [],
    kinds: blocks.map(({ kind }) => kind),
    rows: table?.rows ?? [],
    more: table?.more ?? 0,
    says,
    labels: blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons.map(({ label }) => label) : [])),
    lines: lines.map(plainText),
  };
}

const column = ({ columns, rows }: Shown, name: string): (string | undefined)[] =>
  rows.map((row) => row[columns.indexOf(name)]);

describe('pods', () => {
  it('shows all clusters of the environment, what is in trouble first', async () => {
    const answer = await pods('');
    expect(answer.text).toMatch(/^production: 5 pods, 1 in trouble, first payments-\S+ \(\S+\)\.$/);
    expect(answer.columns).toEqual(['CLUSTER/NAMESPACE/NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE']);
    const [first] = answer.rows;
    expect(first).toEqual([
      expect.stringMatching(/^main\/shop\/payments-/),
      '0/1',
      expect.stringMatching(/^(CrashLoopBackOff|OOMKilled)$/),
      expect.stringMatching(/^[1-9]\d* \(\S+ ago\)$/),
      '5d3h',
    ]);
    expect(answer.lines[0]).toMatch(/^payments-\S+ \(.+\) (CrashLoopBackOff|OOMKilled)/);
    expect(column(answer, 'CLUSTER/NAMESPACE/NAME')).toContainEqual(expect.stringMatching(/^dr\//));
  });

  it.each([
    ['checkout', 3],
    ['shop/checkout', 3],
    ['deploy/checkout -n shop', 3],
    ['-l tier=money', 1],
    ['-n data', 1],
    ['db-0', 1],
    ['sts/db', 1],
    ['chec', 3],
    ['-A', 5],
    ['-n shop -l app=checkout', 3],
  ])('pods %s: %d', async (words, count) => {
    expect((await pods(words)).rows).toHaveLength(count);
  });

  it('names what the list was narrowed to, by words or by a thread, with a way to all there', async () => {
    expect((await pods('payments')).text).toMatch(/^production \(payments\): 1 pod, /);
    expect((await pods('shop/payments -l tier=money')).text).toMatch(/^production\/shop \(payments, tier=money\): /);
    expect((await pods('deploy/checkout -n shop')).text).toMatch(
      /^production\/shop \(deployment\/checkout\): 3 pods, /,
    );
    const here = await pods('', { incidentTarget });
    expect(here.text).toMatch(/^production\/main\/shop \(deployment\/checkout\): 2 pods, /);
    expect(here.labels.at(-1)).toBe('All in shop');
    const all = await pods(here.says.at(-1)!.replace(/^pods /, ''), { incidentTarget, cluster: 'main' });
    expect(all.text).toMatch(/^production\/main\/shop: 3 pods, /);
    expect(all.labels).not.toContain('All in shop');
  });

  it('says of a workload without pods that it has none, and of one scaled to 0 that it is', async () => {
    const solo = simulated.worlds.get('staging/solo')!;
    solo.create({ namespace: 'mail', name: 'mailer', replicas: 0 });
    const none = await pods('mailer', { environment: 'staging' });
    expect(none.text).toBe('staging/solo/mail/deployment/mailer is scaled to 0: it has no pods.');
    const mailer = 'staging/solo/mail/deployment/mailer';
    expect(none.says).toEqual([`why ${mailer}`, `describe ${mailer}`, `scale ${mailer} 1`]);
    expect((await pods('mailer', { environment: 'staging' }, 'ja')).text).toContain('レプリカは 0');
    expect((await pods('mailr', { environment: 'staging' })).text).toMatch(/^No pod mailr/);
    // No controller has looked at it since.
    const asleep = solo.store.get('deployments', 'mail', 'mailer')!;
    solo.store.put('deployments', { ...asleep, spec: { ...asleep.spec, replicas: 2 } });
    expect((await pods('mailer', { environment: 'staging' })).text).toBe(
      'staging/solo/mail/deployment/mailer has no pods, though it wants 2.',
    );
  });

  it('counts those that run and are not ready, first and with what one would ask next', async () => {
    const main = simulated.worlds.get('production/main')!;
    main.create({ namespace: 'search', name: 'suggest', replicas: 2, age: AGE_MS });
    main.create({ namespace: 'search', name: 'api', age: AGE_MS });
    main.failProbe('search', 'suggest', { until: 'mended', words: '503' });
    main.tick(3);
    const answer = await pods('-n search --cluster main');
    expect(answer.text).toMatch(/search: 3 pods, 2 in trouble, first suggest-\S+ \(Running 0\/1\)\.$/);
    expect(answer.lines[0]).toMatch(/^suggest-\S+ ContainersNotReady: containers with unready status: \[app\]$/);
    expect(answer.says[0]).toMatch(/^why production\/main\/search\/pod\/suggest-/);
    for (const name of ['suggest', 'api']) main.delete('search', name);
  });

  it('offers what one would ask next of the worst one, and nothing when all are well', async () => {
    const { says, labels } = await pods('');
    expect(labels).toEqual(
      ['Why', 'Logs of', 'Delete'].map((label) => expect.stringMatching(`^${label} payments…[a-z0-9]{5}$`)),
    );
    expect(says).toEqual([
      expect.stringMatching(/^why production\/main\/shop\/pod\/payments-\S+$/),
      expect.stringMatching(/^logs production\/main\/shop\/pod\/payments-\S+ --previous$/),
      expect.stringMatching(/^delete production\/main\/shop\/pod\/payments-\S+$/),
    ]);
    expect((await pods('shop/checkout')).says).toEqual([]);
  });

  it('says why, and has what to press, before the list of all', async () => {
    expect((await pods('')).kinds).toEqual(['text', 'list', 'buttons', 'table']);
    expect((await pods('shop/checkout')).kinds).toEqual(['text', 'table']);
  });

  it('of a namespace says that it is one, what runs there, and the words that list it', async () => {
    const named = {
      code: 'namespace-named',
      params: { text: 'shop', near: ['shop/checkout', 'shop/payments'], more: 0 },
    };
    await expect(pods('shop')).rejects.toMatchObject(named);
  });

  it.each([
    ['-o yaml', 'pod/NAME'],
    ['checkout-x2x4z -o yaml', 'pod/checkout-x2x4z'],
    ['pod checkout-x2x4z -o json', 'pod/checkout-x2x4z'],
  ])('%s is a command of its own', async (words, of) => {
    await expect(pods(words)).rejects.toMatchObject({ code: 'yaml-instead', params: { words: `/ops yaml ${of}` } });
  });

  it('looks in one cluster when it is named', async () => {
    const answer = await pods('checkout', { cluster: 'dr' });
    expect(answer.text).toMatch(/^production\/dr \(checkout\): 1 pod, none in trouble/);
    expect(answer.columns[0]).toBe('NAMESPACE/NAME');
  });

  it('adds address and node with -o wide, and leaves the namespace out where it is one', async () => {
    const answer = await pods('-n data -o wide');
    expect(answer.columns).toEqual(['CLUSTER/NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'IP', 'NODE']);
    expect(column(answer, 'NODE')).toEqual([expect.stringMatching(/^node-/)]);
  });

  it('cuts long lists and says how many there are', async () => {
    const answer = await pods('', { environment: 'staging' });
    expect(answer.rows).toHaveLength(12);
    expect(answer.more).toBe(30);
    expect(answer.text).toContain('42 pods');
    expect(answer.lines.at(-1)).toBe('12 of 42 are shown: -n NAMESPACE or a name narrows it, --file has all.');
  });

  it("means the incident's workload in its thread, unless told otherwise", async () => {
    const there = { incidentTarget, environment: 'production' };
    expect((await pods('', there)).rows).toHaveLength(2);
    expect((await pods('-A', there)).rows).toHaveLength(5);
    expect((await pods('db', there)).rows).toHaveLength(1);
    const gone = { ...incidentTarget, name: 'gone' };
    expect((await pods('', { ...there, incidentTarget: gone })).rows).toHaveLength(5);
  });

  it('says where it looked when there is nothing, and what is near', async () => {
    expect((await pods('chekout -n shop')).text).toBe(
      'No pod chekout in production/shop. Did you mean checkout? -n, -A and -e look elsewhere.',
    );
    expect((await pods('-n shop -l app=none')).text).toBe('There are no pods in production/shop (app=none).');
    await expect(pods('-n shpo')).rejects.toMatchObject({ code: 'no-such-namespace', params: { near: ['shop'] } });
  });

  it('sorts by what is used, with the figures, and says of which clusters there are none', async () => {
    const [main, dr] = ['main', 'dr'].map((name) => simulated.worlds.get(`production/${name}`)!.store.usage);
    main!.put('shop/checkout/app', { cpu: '250m', memory: '64Mi' });
    main!.put('shop/payments/app', { cpu: '100m', memory: '1Gi' });
    const names = ({ rows }: Shown): readonly string[] => rows.map(([name]) => name?.split('/').at(-1) ?? '');
    const byCpu = await pods('-n shop --sort cpu', { cluster: 'main' });
    expect(byCpu.columns).toEqual(['NAME', 'CPU', 'MEMORY', 'READY', 'STATUS', 'RESTARTS', 'AGE']);
    expect(byCpu.rows[0]?.slice(1, 3)).toEqual(['250m', '64Mi']);
    const byMemory = await pods('-n shop --sort-by=memory', { cluster: 'main' });
    expect(names(byMemory)[0]).toMatch(/^payments-/);
    expect(byMemory.rows[0]?.slice(1, 3)).toEqual(['100m', '1024Mi']);
    dr!.served = false;
    const both = await pods('-n shop --sort cpu');
    expect(both.rows.at(-1)?.[0]).toMatch(/^dr\//);
    expect(both.rows.at(-1)?.slice(1, 3)).toEqual(['-', '-']);
    expect(both.lines.at(-1)).toMatch(/^No figures of dr: nothing answers for metrics\.k8s\.io there/);
    await expect(pods('--sort memory', { cluster: 'dr' })).rejects.toMatchObject({
      code: 'no-metrics',
      params: { cluster: 'dr' },
    });
    dr!.served = true;
  });

  it('takes the words of kubectl for the order, and names those that there are', async () => {
    const sorted = async (words: string) => (await pods(`-n shop ${words}`, { cluster: 'main' })).rows;
    expect(await sorted('--sort-by=.metadata.name')).toEqual(await sorted('--sort name'));
    expect(await sorted('--sort-by={.metadata.creationTimestamp}')).toEqual(await sorted('--sort age'));
    expect(await sorted('--sort-by=.status.containerStatuses[0].restartCount')).toEqual(
      await sorted('--sort restarts'),
    );
    const choices = ['problems', 'name', 'restarts', 'age', 'cpu', 'memory'];
    for (const flag of ['--sort', '--sort-by'])
      await expect(sorted(`${flag} size`)).rejects.toMatchObject({
        code: 'not-one-of',
        params: { name: flag, given: 'size', choices },
      });
    await expect(sorted('--sort cpu --sort-by memory')).rejects.toMatchObject({ code: 'same-twice' });
  });

  it('speaks Japanese', async () => {
    expect((await pods('', {}, 'ja')).text).toMatch(/^production: Pod 5 個、問題あり 1 個。/);
    expect((await pods('xyz -n shop', {}, 'ja')).text).toMatch(/という Pod はありません/);
  });

  it('names a cluster that is away, and fails only when all are', async () => {
    const { faults } = simulated.worlds.get('production/dr')!;
    faults.away = '503';
    try {
      const answer = await pods('checkout');
      expect(answer.rows).toHaveLength(2);
      expect(answer.lines.at(-1)).toBe('Without dr, which does not answer.');
      await expect(pods('checkout', { cluster: 'dr' })).rejects.toMatchObject({ kind: 'away', cluster: 'dr' });
    } finally {
      faults.away = false;
    }
  });

  it('passes on what the API server says of a bad selector', async () => {
    await expect(pods('-l ==')).rejects.toMatchObject({ name: 'ClusterError', kind: 'invalid' });
  });

  it('counts those in trouble of which it does not say why, and asks why of the worst three', async () => {
    const solo = simulated.worlds.get('staging/solo')!;
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
      solo.create({ namespace: 'sick', name, replicas: 1 });
      solo.crash('sick', name, { until: 'mended' });
    }
    solo.tick(30);
    const answer = await pods('-n sick', { environment: 'staging' });
    expect(answer.text).toContain('7 pods, 7 in trouble');
    expect(answer.lines).toHaveLength(6);
    expect(answer.lines.at(-1)).toBe('2 more in trouble.');
    const why = answer.says.filter((words) => words.startsWith('why '));
    expect(why).toHaveLength(3);
    expect(new Set(why).size).toBe(3);
    expect(answer.says).toHaveLength(5);
  });
});
