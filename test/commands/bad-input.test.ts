import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedCluster } from '../../sandbox/cluster/index.ts';
import { ORDERS } from '../../scripts/examples/outside.ts';
import { loadModules } from '../../src/app/modules.ts';
import type { Block } from '../../src/domain/content.ts';
import { LANGUAGES } from '../../src/messages/catalog.ts';
import { type Postgres, PostgresError } from '../../src/ports/postgres.ts';
import { checkRendered, checkRenderedForm } from '../adapters/slack/support/rendered.ts';
import { type Ask, askedShop, asking, type RealCluster, type Said } from '../support/typed.ts';

/**
 * What every word with a target says to what it cannot do: each command through the real adapter on the simulated server, as it is
 * typed. What is special to one command is in its own test.
 */

const { commands } = loadModules();

/** How each is typed, with `@` for its target; what takes one workload, and what lists things of that name. */
const OF_ONE = {
  why: 'why @',
  logs: 'logs @',
  describe: 'describe @',
  yaml: 'yaml @',
  history: 'history @',
  rollout: 'rollout status @',
  restart: 'restart @',
  rollback: 'rollback @',
  scale: 'scale @ --replicas 2',
  delete: 'delete @ -l app=checkout',
} as const;
const LISTS = {
  pods: 'pods @',
  workloads: 'workloads @',
  events: 'events @',
  top: 'top pods @',
  services: 'services @',
  endpoints: 'endpoints @',
  hpa: 'hpa @',
  pdb: 'pdb @',
  quota: 'quota @',
  netpol: 'netpol @',
  configmaps: 'configmaps @',
  serviceaccounts: 'serviceaccounts @',
} as const;
const OF_THE_CLUSTER = { nodes: 'nodes @', namespaces: 'namespaces @' } as const;
const CAN = { can: 'can me restart @' } as const;
/** Whose target is no thing of a cluster: in their own tests, and below. */
const ELSEWHERE = [
  'pg',
  'pg-cancel',
  'pg-terminate',
  'jobs',
  'silences',
  'approvals',
  'incident',
  'outbox',
  'timetable',
  'audit',
  'route',
  'test-alert',
];

const IN_NAMESPACES = { ...OF_ONE, ...LISTS, ...CAN };
const ALL = { ...IN_NAMESPACES, ...OF_THE_CLUSTER };
const wordsOf = (table: Readonly<Record<string, string>>, target: string): string[] =>
  Object.values(table).map((words) => words.replace('@', target).trim());

it('every command is asked', () => {
  const withArguments = [...commands.values()].filter(({ positionals }) => positionals.length > 0);
  expect([...Object.keys(ALL), ...ELSEWHERE].sort()).toEqual(withArguments.map(({ name }) => name).sort());
});

let simulated: SimulatedCluster;
let cluster: RealCluster;
let ask: Ask;
beforeAll(async () => {
  ({ simulated, cluster, ask } = await askedShop());
  simulated.world.create({ namespace: 'data', name: 'checkout', replicas: 1 });
});
afterAll(async () => {
  await cluster.close();
  await simulated.close();
});

describe('a target that is missing', () => {
  it.each(wordsOf(OF_ONE, ''))('%s: asks which, with an example of it', async (typed) => {
    expect((await ask(typed)).words).toMatch(/Which (workload|pod).*(for example shop\/checkout|\/ops pods)/s);
    expect((await ask(typed, { language: 'ja' })).words).toMatch(/[ぁ-ん].*checkout/s);
  });

  it.each(wordsOf({ ...LISTS, ...OF_THE_CLUSTER, ...CAN }, ''))('%s: is about everything', async (typed) => {
    expect((await ask(typed)).words).toMatch(/production\/tokyo: \d+ |Yes: you may restart/);
  });
});

describe('a target that is not there', () => {
  it.each(wordsOf({ ...OF_ONE, ...CAN }, 'shop/chekout'))(
    '%s: says where it looked and what is near',
    async (typed) => {
      expect((await ask(typed)).words).toMatch(
        /No (workload|pod) shop\/chekout in production\/tokyo\/shop. Did you mean .*checkout/,
      );
    },
  );

  it.each(wordsOf({ ...LISTS, ...OF_THE_CLUSTER }, 'shop/zzz'))(
    '%s: says that there is none of that name',
    async (typed) => {
      expect((await ask(typed)).words).toMatch(
        /: 0 [\w ]+ called shop\/zzz|No pod shop\/zzz in production\/tokyo\/shop/,
      );
    },
  );

  it.each([
    'pods shop/chekout',
    'workloads shop/chekout',
    'top shop/chekout',
    'services shop/chekout',
    'endpoints shop/chekout',
  ])('%s: names what is near', async (typed) => {
    expect((await ask(typed)).words).toMatch(/Did you mean checkout\?|Did you mean `checkout`\?/);
  });

  it.each(wordsOf(IN_NAMESPACES, 'no-such/checkout'))('%s: it is the namespace that is not there', async (typed) => {
    const said = /There is no namespace no-such in production\/tokyo\. Choose data, default, kube-system/;
    expect((await ask(typed)).words).toMatch(said);
  });

  it.each(wordsOf(ALL, '"; drop"'))('%s: is no name at all', async (typed) => {
    expect((await ask(typed)).words).toMatch(/; drop is not a way to name a workload. Write checkout, shop\/checkout/);
  });
});

describe('a name that several have', () => {
  it.each(wordsOf({ ...OF_ONE, ...CAN }, 'checkout'))('%s: lists them, as each can be typed', async (typed) => {
    const { words } = await ask(typed);
    const [data, shop] = ['data', 'shop'].map((namespace) => `production/tokyo/${namespace}/deployment/checkout`);
    expect(words).toContain(`checkout could be ${data} or ${shop}. Say which`);
    for (const whole of [data!, shop!])
      expect((await ask(typed.replace('checkout', whole))).words).not.toMatch(/could be|No workload/);
  });

  it.each(wordsOf({ pods: LISTS.pods, workloads: LISTS.workloads, top: LISTS.top }, 'checkout'))(
    '%s: shows those of all of them',
    async (typed) => {
      const { words } = await ask(typed);
      expect(words).toMatch(/^data\/checkout/m);
      expect(words).toMatch(/^shop\/checkout/m);
    },
  );
});

describe('another kind', () => {
  const { describe: _, yaml: __, why: ___, ...others } = OF_ONE;
  const { events: ____, ...lists } = LISTS;
  it.each(wordsOf({ ...others, ...lists, ...CAN }, 'node/node-1'))(
    '%s: says which it takes, and who shows it',
    async (typed) => {
      const said =
        'before a name this takes deployment, statefulset, daemonset and pod only. /ops describe node/node-1 shows it.';
      expect((await ask(typed)).words).toContain(said);
      expect((await ask(typed, { language: 'ja' })).words).toContain('/ops describe node/node-1');
    },
  );

  it.each([
    ['describe secret/token', 'Secrets are never shown here'],
    ['yaml cm/checkout', 'What is in a config map is never shown here. /ops configmaps lists them'],
    ['yaml job/nightly', 'Jobs and CronJobs of Kubernetes are not listed here; /ops pods'],
    ['yaml event/checkout', 'event is not among what can be shown whole. There are deployment, '],
  ])('%s: is not shown, and says what is', async (typed, said) => {
    expect((await ask(typed)).words).toContain(said);
  });

  it('scale ds/node-agent: says that it has no replicas', async () => {
    expect((await ask('scale ds/node-agent --replicas 2')).words).toMatch(
      /A DaemonSet cannot be scaled: node-agent has one pod/,
    );
  });

  it('a kind is not taken for a namespace where it is one of the answer', async () => {
    expect((await ask('logs ds/node-agent')).words).toMatch(/daemonset\/node-agent.*3 pods/);
    expect((await ask('pods ds/node-agent')).words).toMatch(/production\/tokyo \(daemonset\/node-agent\): 3 pods/);
    expect((await ask('services svc/cart')).words).toMatch(/production\/tokyo \(cart\): 1 service/);
    expect((await ask('nodes node/node-1')).words).toMatch(/production\/tokyo \(node-1\): 1 node/);
  });
});

describe('what Hikeshi may not', () => {
  const RESOURCES =
    'pods pods/log deployments statefulsets daemonsets replicasets controllerrevisions events services endpointslices configmaps nodes namespaces horizontalpodautoscalers poddisruptionbudgets resourcequotas networkpolicies serviceaccounts'.split(
      ' ',
    );
  const forbid = (forbidden: boolean): void => {
    for (const resource of RESOURCES)
      for (const verb of ['get', 'list', 'patch', 'delete']) simulated.world.forbid(verb, resource, forbidden);
  };
  beforeAll(() => forbid(true));
  afterAll(() => forbid(false));

  it.each(wordsOf(ALL, 'shop/checkout'))('%s: names the right and where the others are', async (typed) => {
    const { words } = await ask(typed);
    expect(words).toMatch(
      /^Cluster tokyo forbids this to Hikeshi: .* cannot list resource "\w+" in API group ".*\. \/ops can-i names/s,
    );
    expect((await ask(typed, { language: 'ja' })).words).toMatch(/権限がありません.*\/ops can-i/s);
  });
});

describe('a change that Hikeshi may not make', () => {
  it.each([
    ['restart @', 'patch', 'deployments'],
    ['rollback @', 'patch', 'deployments'],
    ['scale @ --replicas 2', 'patch', 'deployments/scale'],
    ['delete @ -l app=checkout', 'delete', 'pods'],
  ] as const)('%s: is said before anybody confirms it', async (typed, verb, resource) => {
    simulated.world.forbid(verb, resource);
    try {
      const { words } = await ask(typed.replace('@', 'shop/checkout'));
      expect(words).toMatch(new RegExp(`forbids this to Hikeshi: .* cannot ${verb} resource "${resource}"`));
    } finally {
      simulated.world.forbid(verb, resource, false);
    }
  });
});

describe('a cluster', () => {
  it.each([true, '503'] as const)('that is away (%s) is named by each, and not guessed about', async (away) => {
    simulated.world.away(away);
    try {
      for (const typed of wordsOf(ALL, 'shop/checkout'))
        expect((await ask(typed)).words, typed).toBe('Cluster tokyo does not answer. Try again in a minute.');
    } finally {
      simulated.world.away(false);
    }
  });

  it('that holds its answers back is given up in time, by each', async () => {
    const LIMIT_MS = 400;
    // Longer than somebody here waits.
    simulated.world.slow(600_000);
    const impatient = asking(cluster, { queryLimitMs: LIMIT_MS });
    try {
      const all = wordsOf(ALL, 'shop/checkout').map(async (typed) => {
        const isQuery = commands.get(typed.split(' ')[0]!)!.kind === 'query';
        const { words } = await impatient(typed, isQuery ? {} : { signal: AbortSignal.timeout(LIMIT_MS) });
        const said = isQuery ? /found no answer within \d+ s and was given up/ : /Cluster tokyo does not answer/;
        return [typed, said, words] as const;
      });
      for (const [typed, said, words] of await Promise.all(all)) expect(words, typed).toMatch(said);
    } finally {
      simulated.world.slow(0);
    }
  });
});

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

describe('10,000 pods', () => {
  const PODS = 10_000;
  /** Five letters, as Kubernetes makes them. */
  const suffix = (i: number): string =>
    Array.from({ length: 5 }, (_, at) => LETTERS[Math.floor(i / LETTERS.length ** at) % LETTERS.length]).join('');
  let large: Awaited<ReturnType<typeof askedShop>>;
  beforeAll(async () => {
    large = await askedShop();
    const { store } = large.simulated.world;
    const pod = store.list('pods', 'shop').find(({ metadata }) => metadata.labels?.['app'] === 'checkout')!;
    const name = (i: number): string => `${pod.metadata.name.slice(0, -5)}${suffix(i)}`;
    for (let i = 0; i < PODS - 3; i++) {
      const metadata = {
        ...pod.metadata,
        name: name(i),
        uid: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      };
      store.put('pods', { ...pod, metadata });
      store.logs.start({ ...pod, metadata }, 'app', store.time());
      if (i % 5 > 0) continue;
      large.simulated.world.putBeside('events', 'shop', `${name(i)}.unhealthy`, {
        involvedObject: { kind: 'Pod', namespace: 'shop', name: name(i), uid: metadata.uid },
        type: 'Warning',
        reason: 'Unhealthy',
        message: 'Readiness probe failed: connection refused',
        firstTimestamp: store.time(),
        lastTimestamp: store.time(),
        count: 1,
      });
    }
  });
  afterAll(async () => {
    await large.cluster.close();
    await large.simulated.close();
  });

  /** Pages of 500 of what there are 10,000 of, twice to delete some of them, and a few for the rest. */
  const REQUESTS = 50;
  const answersOf = async (typed: string): Promise<Said & { readonly requests: number }> => {
    const { served } = large.simulated.world;
    const before = served.requests;
    const said = await large.ask(typed);
    return { ...said, requests: served.requests - before };
  };

  it.each(wordsOf(ALL, 'shop/checkout').filter((typed) => !/^(nodes|namespaces)/.test(typed)))(
    '%s: fits a message, in a bounded number of requests',
    async (typed) => {
      const { shown, words, requests } = await answersOf(typed);
      for (const one of shown) {
        if ('id' in one) checkRenderedForm(one);
        else checkRendered(one);
      }
      expect(words.length, typed).toBeLessThan(12_000);
      expect(requests, typed).toBeLessThan(REQUESTS);
    },
    30_000,
  );

  it.each([
    ['pods -n shop', PODS + 2],
    ['top pods -n shop', PODS + 2],
    ['events -n shop', Math.ceil((PODS - 3) / 5) + 2],
  ])('%s: counts what it does not show', async (typed, there) => {
    const { shown } = await answersOf(typed);
    const table = shown
      .flatMap(({ blocks }) => blocks)
      .find((block): block is Extract<Block, { kind: 'table' }> => block.kind === 'table')!;
    expect(table.rows.length).toBeLessThanOrEqual(30);
    expect(table.rows.length + table.more).toBe(there);
  });

  it('logs reads those of 20 pods, and says of how many', async () => {
    const { words } = await answersOf('logs shop/checkout');
    expect(words).toMatch(/20 pods, times in UTC.*9980 more pods were not read/s);
  });
});

describe('a target that is no thing of a cluster', () => {
  it.each([
    ['pg connections nosuch', /nosuch.*orders/s],
    ['pg nonsense', /nonsense/],
    ['pg-cancel', /pid|session/i],
    ['pg-cancel checkout', /checkout.*orders/s],
    ['pg-cancel 4711 nosuch', /nosuch.*orders/s],
    ['pg-terminate', /session|pid/i],
    ['pg-terminate 99999', /99999/],
    ['jobs cancel', /cancel JOB-NUMBER/],
    ['jobs nonsense', /nonsense/],
    ['silences nonsense', /nonsense/],
    ['approvals nonsense', /nonsense/],
    ['incident nonsense', /nonsense/],
    ['outbox nonsense', /nonsense/],
    ['timetable nonsense', /nonsense.*reports-night/s],
    ['timetable skip', /Which one.*reports-night/s],
    ['timetable skip reports-nigth', /Did you mean.*reports-night/s],
    ['route', /severity=|label/i],
    ['route nonsense', /nonsense/],
    ['test-alert critical nonsense', /nonsense/],
  ])('%s: is named, with what would do', async (typed, said) => {
    expect((await ask(typed)).words).toMatch(said);
    for (const language of LANGUAGES) expect((await ask(typed, { language })).words).not.toBe('');
  });
});

describe('a database', () => {
  const TYPED = ['pg connections', 'pg idle orders', 'pg-cancel 4711', 'pg-terminate 4711', 'pg-terminate --idle 10m'];
  const failing = (look: () => Promise<never>): Postgres => ({
    ...ORDERS,
    connections: look,
    idleInTransaction: look,
    byPids: look,
    sessions: look,
  });

  it.each([
    ['away', /orders does not answer.*hikeshi check/],
    ['full', /orders has no connection left/],
    ['unauthorized', /orders does not let Hikeshi in.*pg_hba/],
    ['forbidden', /orders.*\/ops pg test names the grants/],
    ['slow', /orders took longer than a look may/],
  ] as const)('that is %s is named with what would do, by each', async (kind, said) => {
    const postgres = failing(() => Promise.reject(new PostgresError(kind, 'orders', 'as the server has it')));
    const asked = asking(cluster, { postgres });
    for (const typed of TYPED) {
      expect((await asked(typed)).words, typed).toMatch(said);
      expect((await asked(typed, { language: 'ja' })).words, typed).toMatch(/orders.*[ぁ-ん]/s);
    }
  });

  it('that never answers is given up in time', async () => {
    const asked = asking(cluster, { postgres: failing(() => new Promise(() => undefined)), queryLimitMs: 300 });
    const told = await Promise.all(['pg connections', 'pg idle'].map((typed) => asked(typed)));
    for (const { words } of told) expect(words).toMatch(/\/ops pg found no answer within \d+ s and was given up/);
  });
});
