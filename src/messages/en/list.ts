import { bold, code, joinText, type Text, text } from '../../domain/content.ts';

const counted =
  (one: string, many = `${one}s`) =>
  (n: number): string =>
    n === 1 ? `1 ${one}` : `${n} ${many}`;

const each =
  (what: string) =>
  (n: number): string =>
    n === 1 ? `with ${what}` : `each with ${what}`;

/** Lists of what is in a cluster, as `kubectl get` has them. */
export const list = {
  summary: {
    configmaps: 'config maps with their keys, never a value',
    endpoints: 'endpoints of services: addresses, ports, how many are ready; those with none first',
    events: 'events, warnings first, then the newest; of a namespace, or of a workload with its pods',
    hpa: 'autoscalers with what they measure, those at their maximum or without metrics first',
    namespaces: 'namespaces with their Pod Security level, those being deleted first',
    netpol: 'network policies with whose pods they are for',
    nodes: 'nodes with versions, those not ready or under pressure first',
    pdb: 'disruption budgets, those that allow no disruption first',
    quota: 'quotas, a line for each limit, the fullest first',
    serviceaccounts: 'service accounts with their AWS roles',
    services: 'services with how many endpoints are ready, those with none first',
    top: 'CPU and memory in use beside requests and limits, what is near its limit first; of pods or of nodes',
    workloads: 'deployments, stateful sets and daemon sets, those not fully ready first',
  },
  flags: {
    kind: 'deployment, statefulset or daemonset: these alone',
    labelColumns: 'these labels as columns, as in app,eks.amazonaws.com/compute-type',
    output: 'wide: more columns',
    containers: 'each container by itself',
    usageSort: 'by limits (default: what is nearest to one), cpu or memory',
  },
  /** `kind` as Kubernetes writes it. */
  ofKind: (p: { kind: string; n: number }): string => `${p.n} ${p.kind}${p.n === 1 ? '' : 's'}`,
  things: {
    configmaps: counted('config map'),
    containerUsage: counted('container'),
    endpoints: counted('service', 'services'),
    events: counted('event'),
    hpa: counted('autoscaler'),
    namespaces: counted('namespace'),
    netpol: counted('network policy', 'network policies'),
    nodeUsage: counted('node'),
    nodes: counted('node'),
    pdb: counted('disruption budget'),
    podUsage: counted('pod'),
    quota: counted('quota limit'),
    serviceaccounts: counted('service account'),
    services: counted('service'),
    workloads: counted('workload'),
  },
  /** What is wrong with those that come first; empty where nothing can be. */
  trouble: {
    configmaps: '',
    containerUsage: 'near a limit',
    endpoints: 'without a ready address',
    events: 'of them warnings',
    hpa: 'at the maximum or without metrics',
    namespaces: 'being deleted',
    netpol: '',
    nodeUsage: 'used to 90 % or more',
    nodes: 'not ready or under pressure',
    pdb: 'allowing no disruption',
    podUsage: 'near a limit',
    quota: 'used to 90 % or more',
    serviceaccounts: '',
    services: 'without a ready endpoint',
    workloads: 'not fully ready or rolled out',
  },
  /** Of all of them, when nothing is wrong with any. */
  fine: {
    configmaps: (): string => '',
    containerUsage: (): string => 'none near a limit',
    endpoints: each('a ready address'),
    events: (): string => 'no warnings',
    hpa: (): string => 'none at the maximum, all with metrics',
    namespaces: (): string => 'none being deleted',
    netpol: (): string => '',
    nodeUsage: (): string => 'none used to 90 % or more',
    nodes: (n: number): string => (n === 1 ? 'ready, not under pressure' : 'all ready, none under pressure'),
    pdb: (n: number): string => (n === 1 ? 'allowing disruptions' : 'all allowing disruptions'),
    podUsage: (): string => 'none near a limit',
    quota: (): string => 'none used to 90 % or more',
    serviceaccounts: (): string => '',
    services: each('a ready endpoint'),
    workloads: (n: number): string => (n === 1 ? 'fully ready' : 'all fully ready'),
  },
  found: (p: {
    where: string;
    things: string;
    troubled: number;
    trouble: string;
    fine: string;
    first?: string;
  }): Text => {
    if (p.trouble === '') return text`${bold(p.where)}: ${p.things}.`;
    if (p.first === undefined) return text`${bold(p.where)}: ${p.things}, ${p.fine}.`;
    return text`${bold(p.where)}: ${p.things}, ${bold(`${p.troubled} ${p.trouble}`)}, first ${code(p.first)}.`;
  },
  none: (p: { where: string; things: string; target?: string; near: readonly string[] }): Text => {
    if (p.target === undefined) return text`${bold(p.where)}: ${p.things}.`;
    const near = joinText(
      p.near.map((name) => [code(name)]),
      ', ',
    );
    return text`${bold(p.where)}: ${p.things} called ${code(p.target)}.${near.length > 0 ? text` Did you mean ${near}?` : ''}`;
  },
  /** Labels of buttons, by the command behind them. */
  next: {
    describe: (p: { name: string }): string => `Describe ${p.name}`,
    endpoints: (p: { name: string }): string => `Endpoints of ${p.name}`,
    events: (p: { name: string }): string => `Events of ${p.name}`,
    pods: (p: { name: string }): string => `Pods of ${p.name}`,
    why: (p: { name: string }): string => `Why ${p.name}?`,
  },
  /** In a thread, where a list is of the incident's workload. */
  allOf: (p: { namespace: string }): string => `All in ${p.namespace}`,
  /** Nothing runs of a workload that there is. */
  noPods: (p: { target: string; desired: number }): Text =>
    p.desired === 0
      ? text`${bold(p.target)} is scaled to 0: it has no pods.`
      : text`${bold(p.target)} has no pods, though it wants ${p.desired}.`,
  told: (p: { object: string; reason: string; message: string }): Text =>
    text`${code(p.object)} ${bold(p.reason)}: ${p.message}`,
  rolling: {
    reason: 'rolling out',
    message: (p: { updated: number; desired: number }): string =>
      `${p.updated} of ${p.desired} pods ${p.updated === 1 ? 'is' : 'are'} of the newest template`,
  },
  eventsKept: (): Text => text`Kubernetes forgets events after an hour, unless the cluster is set to keep them longer.`,
  rollout: {
    summary: 'whether a workload is rolled out, or what it waits for',
    again: 'Look again',
    found: (p: {
      target: string;
      state: 'progressing' | 'done' | 'failed';
      desired: number;
      updated: number;
      ready: number;
      available: number;
      complete: boolean;
      idle: boolean;
      reason: string;
    }): Text => {
      const counts = `${p.updated} of ${p.desired} updated, ${p.ready} ready, ${p.available} available`;
      const why = p.reason === '' ? '' : text` ${code(p.reason)}`;
      if (p.state === 'done' && p.idle)
        return text`${bold(p.target)}: rolled out, and ${bold('scaled to zero')}: no pods.`;
      if (p.state === 'done') return text`${bold(p.target)}: rolled out, ${p.ready} of ${p.desired} ready.`;
      if (p.state === 'failed') return text`${bold(p.target)}: ${bold('the rollout has failed')}, ${counts}.${why}`;
      if (p.complete)
        return text`${bold(p.target)}: rolled out, but ${bold(`${p.ready} of ${p.desired} ready`)}.${why}`;
      return text`${bold(p.target)}: rolling out, ${counts}.${why}`;
    },
  },
  node: {
    found: (p: { node: string; wrong: readonly string[]; cordoned: boolean; pods: number; troubled: number }): Text => {
      const is = p.wrong.length > 0 ? bold(p.wrong.join(', ')) : 'ready, under no pressure';
      const pods = p.pods === 1 ? '1 pod' : `${p.pods} pods`;
      const troubled = p.troubled > 0 ? text`, ${bold(`${p.troubled} in trouble`)}` : '';
      return text`${bold(p.node)}: ${is}${p.cordoned ? ', cordoned' : ''}; ${pods}${troubled}.`;
    },
  },
  notLookedAt: (p: { more: number }): Text =>
    text`${p.more} more were not looked at. Narrow it down with ${code('-n')} or ${code('-l')}.`,
};
