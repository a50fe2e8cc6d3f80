import { describe, expect, it } from 'vitest';
import { loadModules } from '../../src/app/modules.ts';
import type { Action, Query } from '../../src/core/define.ts';
import { permissionsOf } from '../../src/core/rbac.ts';
import { findTarget } from '../../src/core/targets.ts';
import type { Target } from '../../src/domain/workload.ts';
import { sentences } from '../../src/messages/catalog.ts';
import { ClusterError } from '../../src/ports/cluster.ts';
import { fakeImages } from '../fakes/images.ts';
import { askedBy, resourcesOf } from '../support/asked.ts';
import { type SimulatedEnvironments, simulatedEnvironments } from '../support/simulated.ts';

const { commands, actions } = loadModules();
const signal = AbortSignal.timeout(120_000);
const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
type Kind = (typeof KINDS)[number];

/** What a command does with its rights, as far as it can be seen: with one of them taken away it must be something else. */
type Trial = (simulated: SimulatedEnvironments) => Promise<readonly unknown[]>;

const targetOf = (kind: Kind): Target => ({
  environment: 'production',
  cluster: 'main',
  namespace: 'shop',
  kind,
  name: kind.toLowerCase(),
});

async function attempt(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return error instanceof ClusterError ? `${error.kind}: ${error.message}` : String(error);
  }
}

function ask(query: Query, args: object, incidentTarget?: Target) {
  return ({ environments }: SimulatedEnvironments): Promise<unknown> => {
    const asked = askedBy({ role: 'admin', now: new Date(0), signal, environment: 'production', incidentTarget });
    const resources = resourcesOf({ environments, images: fakeImages() });
    return attempt(async () => query.answer(query.args.parse(args), resources, asked, sentences('en')));
  };
}

function act(action: Action, kind: Kind, typed: object): Trial {
  return async (simulated) => {
    const { environments, worlds } = simulated;
    const cluster = environments.get('production')!.clusters.get('main')!;
    const world = worlds.get('production/main')!;
    const ctx = { cluster, signal, run: 'run-1', by: 'slack:U1', reason: 'trial', at: new Date(0) };
    const found = await attempt(() =>
      findTarget({ text: `shop/${kind}/${kind.toLowerCase()}` }, { environments, signal }),
    );
    const missing = await attempt(() => findTarget({ text: 'nowhere/nothing' }, { environments, signal }));
    const args = action.args.parse(typed);
    const plan = await attempt(async () => action.plan(targetOf(kind), args, ctx));
    if (typeof plan === 'string') return [found, missing, plan];
    const made = plan as Awaited<ReturnType<Action['plan']>>;
    const executed = await attempt(() => action.execute(made, ctx));
    world.tick(1);
    const early = await attempt(() => action.watch(made, ctx));
    const strict = { minAvailable: 2, selector: { matchLabels: { app: 'statefulset' } } };
    world.putBeside('poddisruptionbudgets', 'shop', 'strict', { spec: strict });
    world.tick(60);
    const probed = await attempt(() => action.probe(made, ctx));
    const never = await attempt(() => action.probe(made, { ...ctx, run: 'never' }));
    return [found, missing, made.effect, typeof executed, early, probed, never];
  };
}

/** A call is granted whole: of daemon sets scale itself asks nothing, but the calls that it makes could. */
const scaled: Trial = async (simulated) => [
  ...(await act(actions.get('scale')!, 'Deployment', { replicas: '3' })(simulated)),
  ...(await act(actions.get('scale')!, 'StatefulSet', { replicas: '3' })(simulated)),
  await attempt(async () =>
    actions
      .get('scale')!
      .plan(targetOf('DaemonSet'), actions.get('scale')!.args.parse({ replicas: '3' }), contextOf(simulated)),
  ),
  await attempt(() => actions.get('scale')!.watch(planOf('DaemonSet'), contextOf(simulated))),
];

const contextOf = ({ environments }: SimulatedEnvironments) => ({
  cluster: environments.get('production')!.clusters.get('main')!,
  signal,
  run: 'r',
});
const planOf = (kind: Kind) => ({
  target: targetOf(kind),
  touches: {},
  effect: { to: 1 },
  warnings: [],
  facts: { labels: {}, pods: 1 },
});

/** Of a StatefulSet whose new pod never becomes ready, so that there is one to delete. */
const rolledBack: Trial = async (simulated) => {
  const world = simulated.worlds.get('production/main')!;
  const seen: unknown[] = [];
  for (const kind of KINDS) {
    if (kind === 'StatefulSet') world.breakImage('shop', 'statefulset', kind);
    else world.setImage('shop', kind.toLowerCase(), 'registry.k8s.io/pause:3.9', kind);
    world.tick(60);
    seen.push(...(await act(actions.get('rollback')!, kind, {})(simulated)));
  }
  return seen;
};

const deleted: Trial = async (simulated) => {
  const seen: unknown[] = [];
  for (const kind of KINDS) {
    const target = kind.toLowerCase();
    seen.push(...(await act(actions.get('delete')!, kind, { target, selector: `app=${target}` })(simulated)));
  }
  return seen;
};

const toldHistory: Trial = async (simulated) => {
  const history = commands.get('history') as Query;
  const asked = [
    ...KINDS.map((kind) => ask(history, { target: `shop/${kind}/${kind.toLowerCase()}` })),
    ask(history, { target: 'nowhere/nothing' }),
  ];
  return Promise.all(asked.map((one) => one(simulated)));
};

/** A list and one of a namespace that is not there, for which namespaces are looked at. */
const listed =
  (name: string): Trial =>
  async (simulated) => {
    const query = commands.get(name) as Query;
    const elsewhere = query.flags.some(({ long }) => long === 'namespace') ? [{ namespace: 'nowhere' }] : [];
    return Promise.all([{}, ...elsewhere].map((args) => ask(query, args)(simulated)));
  };
/** Of an image that is not there, a container that is killed for its memory, a service and a policy, and of a pod that no node takes for its claim's sake. */
const asksWhy: Trial = async (simulated) => {
  const world = simulated.worlds.get('production/main')!;
  world.breakImage('shop', 'deployment');
  world.crash('shop', 'statefulset', { until: 'mended' }, 'StatefulSet');
  const selector = { app: 'daemonset' };
  const spec = { selector, ports: [{ port: 80, targetPort: 8080 }] };
  world.putBeside('services', 'shop', 'daemonset', { spec, status: {} });
  const shut = { podSelector: { matchLabels: selector }, policyTypes: ['Ingress'] };
  world.putBeside('networkpolicies', 'shop', 'shut', { spec: shut, status: {} });
  world.tick(60);
  const killed = world.store.list('pods', 'shop').find((p) => p.metadata.name.startsWith('statefulset-'))!;
  const [status] = killed.status.containerStatuses!;
  const lastState = { terminated: { ...status!.lastState!.terminated!, exitCode: 137, reason: 'OOMKilled' } };
  world.store.put('pods', { ...killed, status: { ...killed.status, containerStatuses: [{ ...status!, lastState }] } });
  const metadata = world.store.meta('shop', 'unplaced');
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  const [pod] = world.store.list('pods', 'shop');
  const { nodeName: _, ...placed } = pod!.spec;
  world.store.put('pods', { metadata, spec: { ...placed, volumes }, status: { phase: 'Pending', conditions: [] } });
  const why = commands.get('why') as Query;
  const asked = [
    ...KINDS.map((kind) => ask(why, { target: [`shop/${kind}/${kind.toLowerCase()}`] })),
    ask(why, { target: ['shop/unplaced'] }),
    ask(why, { target: ['nowhere/nothing'] }),
  ];
  return Promise.all(asked.map((one) => one(simulated)));
};
const LISTS = [
  'configmaps',
  'endpoints',
  'events',
  'hpa',
  'namespaces',
  'netpol',
  'nodes',
  'pdb',
  'quota',
  'serviceaccounts',
  'services',
  'workloads',
];

const topped: Trial = async (simulated) => {
  const query = commands.get('top') as Query;
  return Promise.all([{}, { what: 'nodes' }, { namespace: 'nowhere' }].map((args) => ask(query, args)(simulated)));
};

const rolloutTold: Trial = async (simulated) => {
  const query = commands.get('rollout') as Query;
  const world = simulated.worlds.get('production/main')!;
  for (const kind of KINDS) world.breakImage('shop', kind.toLowerCase(), kind);
  world.tick(60);
  const asked = [...KINDS.map((kind) => `shop/${kind}/${kind.toLowerCase()}`), 'nowhere/nothing'];
  return Promise.all(asked.map((target) => ask(query, { status: 'status', target })(simulated)));
};

/** An object of each kind. */
const asksFor =
  (verb: string): Trial =>
  async (simulated) => {
    const world = simulated.worlds.get('production/main')!;
    const beside = ['services', 'horizontalpodautoscalers', 'poddisruptionbudgets'] as const;
    for (const resource of [...beside, 'networkpolicies', 'resourcequotas', 'serviceaccounts'] as const)
      world.putBeside(resource, 'shop', 'it', { spec: {} });
    const [pod] = world.store.list('pods', 'shop');
    const named = ['svc/it', 'hpa/it', 'pdb/it', 'netpol/it', 'quota/it', 'sa/it', 'node/node-1', 'ns/shop'];
    const query = commands.get(verb) as Query;
    const targets = [
      ...named,
      ...KINDS.map((kind) => `${kind}/${kind}`),
      `pod/${pod!.metadata.name}`,
      'nowhere/nothing',
    ];
    const seen: unknown[] = [];
    for (const target of [...targets, 'deployment']) seen.push(await ask(query, { target: [target] })(simulated));
    return seen;
  };

const TRIALS: Readonly<Record<string, Trial>> = {
  ...Object.fromEntries(LISTS.map((name) => [name, listed(name)])),
  logs: async (simulated) => {
    const logs = commands.get('logs') as Query;
    const asked = [
      ask(logs, { target: 'shop/deployment' }),
      ask(logs, { target: 'x', namespace: 'nowhere' }),
      ...KINDS.map((kind) => ask(logs, {}, targetOf(kind))),
    ];
    return Promise.all(asked.map((one) => one(simulated)));
  },
  delete: deleted,
  pods: async (simulated) => {
    const pods = commands.get('pods') as Query;
    const asked = [
      ask(pods, {}),
      ask(pods, { namespace: 'nowhere' }),
      ...KINDS.map((kind) => ask(pods, {}, targetOf(kind))),
    ];
    return Promise.all(asked.map((one) => one(simulated)));
  },
  restart: async (simulated) => {
    const seen: unknown[] = [];
    for (const kind of KINDS) seen.push(...(await act(actions.get('restart')!, kind, {})(simulated)));
    return seen;
  },
  scale: scaled,
  rollback: rolledBack,
  history: toldHistory,
  top: topped,
  why: asksWhy,
  rollout: rolloutTold,
  yaml: asksFor('yaml'),
  describe: asksFor('describe'),
};

async function trial(name: string, forbidden?: string): Promise<string> {
  const simulated = await simulatedEnvironments({ production: ['main'] }, () => new Date('2026-03-02T03:00:00Z'));
  try {
    const world = simulated.worlds.get('production/main')!;
    for (const kind of KINDS) world.create({ namespace: 'shop', name: kind.toLowerCase(), kind, replicas: 2 });
    world.tick(60);
    if (forbidden !== undefined) world.faults.forbidden.add(forbidden);
    return JSON.stringify(await TRIALS[name]!(simulated));
  } finally {
    await simulated.close();
  }
}

describe.each(Object.keys(TRIALS))('%s', (name) => {
  const permissions = [...permissionsOf([commands.get(name)!]).keys()];

  it('uses every right that is granted for it', async () => {
    const whole = await trial(name);
    const unused: string[] = [];
    for (const { verb, resource } of permissions) {
      if ((await trial(name, `${verb} ${resource}`)) === whole) unused.push(`${verb} ${resource}`);
    }
    expect(unused).toEqual([]);
  });
});

it('tries every command that asks clusters for more than everybody may know', () => {
  const asking = [...commands.values()].filter((command) => permissionsOf([command]).size > 0).map(({ name }) => name);
  expect([...Object.keys(TRIALS), 'can'].sort()).toEqual(asking.sort());
});
