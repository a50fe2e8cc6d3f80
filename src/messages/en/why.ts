import { bold, code, type Inline, joinText, type Text, text } from '../../domain/content.ts';
import type { Unseen } from '../../domain/why/facts.ts';
import type { CauseSentences, Obstacle, QuotaLimit } from '../../domain/why/finding.ts';

const KNOWN_SIGNALS: Readonly<Record<number, string>> = {
  126: 'its command is there and may not be run',
  127: 'its command is not there',
  134: 'it aborted itself',
  137: 'it was killed (SIGKILL)',
  139: 'it crashed (segmentation fault)',
  143: 'it was told to stop (SIGTERM)',
};

const restarted = (n: number): string => (n === 1 ? ', 1 restart' : n > 0 ? `, ${n} restarts` : '');

const exit = (exitCode: number): Text => {
  const meaning = KNOWN_SIGNALS[exitCode];
  return text`exit code ${code(`${exitCode}`)}${meaning ? `: ${meaning}` : ''}`;
};

const listed = (all: readonly Inline[]): Text =>
  joinText(
    all.map((one) => [one]),
    ', ',
  );

function obstacle(o: Obstacle): Text {
  const on = o.nodes === 0 ? 'nodes' : o.nodes === 1 ? '1 node' : `${o.nodes} nodes`;
  const are = o.nodes === 1 ? 'is' : 'are';
  switch (o.why) {
    case 'resource':
      return text`${on} without enough free ${code(o.resource)}${o.asks ? ` (it asks for ${o.asks})` : ''}`;
    case 'taint':
      return text`${on} with a taint that it does not tolerate${o.taints.length > 0 ? ': ' : ''}${listed(o.taints.map(code))}`;
    case 'selector':
      return text`${on} without the labels that it wants${o.selector ? text` (${code(o.selector)})` : ''}`;
    case 'affinity':
      return text`${on} without the pods that it wants beside it`;
    case 'anti-affinity':
      return text`${on} with pods that it does not want beside it`;
    case 'spread':
      return text`${on} where its pods would not be spread as it wants`;
    case 'cordoned':
      return text`${on} that ${are} cordoned`;
    case 'ports':
      return text`${on} where its host port is taken`;
    case 'volume-place':
      return text`${on} that its volume cannot be attached to`;
    case 'full':
      return text`${on} with as many pods as ${o.nodes === 1 ? 'it takes' : 'they take'}`;
    case 'other':
      return text`${on}: ${o.words}`;
  }
}

const KEPT = {
  rights: 'the node may not pull it. Check the node’s role and the repository’s policy',
  network: 'the node does not reach it. Check its way to ECR and S3: NAT, endpoints, DNS',
  either: 'the node’s rights or its way to the registry are what is wrong',
} as const;

interface AgedTag {
  readonly tag: string;
  /** Empty: not known. */
  readonly age: string;
}

const tags = (all: readonly AgedTag[]): Text =>
  joinText(
    all.map(({ tag, age }) => text`${code(tag)}${age ? ` (pushed ${age} ago)` : ''}`),
    ', ',
  );

const limit = ({ resource, requested, used, hard }: QuotaLimit): Text =>
  text`${code(resource)} ${used} of ${hard} used, ${requested} more wanted`;

/** One plain sentence each: what it is, and what mends it. */
const cause: CauseSentences<Text> = {
  'image-not-found': (p) =>
    text`The registry has no image ${code(p.image)}: its tag is misspelt, or it was never pushed. Roll back, or push it.`,
  'image-no-repository': (p) =>
    text`The registry has no repository of the name in ${code(p.image)}: correct the image’s name.`,
  'image-denied': (p) =>
    text`The registry does not let the node pull ${code(p.image)}: it lacks the rights, or there is no such repository. Check the pull secret and the node’s role.`,
  'image-pull-secret': (p) =>
    text`The pull secret ${code(p.secret)} is not there, and the registry wants one for ${code(p.image)}: create it in this namespace.`,
  'image-name': (p) => text`${code(p.image)} cannot be the name of an image: correct it.`,
  'image-registry-away': (p) =>
    text`The node does not reach the registry of ${code(p.image)}: look at the network, DNS and the registry.`,
  'image-rate-limit': (p) =>
    text`The registry lets no more be pulled for now (${code(p.image)}): wait, log in, or use a mirror.`,
  'image-platform': (p) => text`${code(p.image)} was not built for the node’s kind of processor.`,
  'image-not-on-node': (p) =>
    text`${code(p.image)} is not on the node, and the pull policy ${code('Never')} forbids to fetch it.`,
  'image-pull': (p) => text`The image ${code(p.image)} cannot be pulled; the node’s words are below.`,
  'image-kept-from-node': (p) => text`The registry has ${code(p.image)}, so its name is right: ${KEPT[p.by]}.`,
  'image-pushed-since': (p) =>
    text`The registry has ${code(p.image)} now: it was pushed after the pod was made. The node tries again within minutes; a restart does so at once.`,
  'config-missing': (p) => text`${p.what} ${code(p.name)} is not there: create it, or roll back.`,
  'config-key-missing': (p) => text`${p.what} ${code(p.name)} has no key ${code(p.key)}: add it, or roll back.`,
  'runs-as-root': (p) =>
    text`The image of ${code(p.container)} runs as root, which ${code('runAsNonRoot')} forbids: give it a numeric user.`,
  'no-such-command': (p) =>
    text`${code(p.container)} cannot start: ${code(p.command)} is not in its image, or may not be run there.`,
  'wrong-architecture': (p) =>
    text`The program in ${code(p.container)} was built for another kind of processor than the node’s.`,
  'container-refused': (p) =>
    text`The node cannot start ${code(p.container)} (${code(p.reason)}); its words are below.`,
  'oom-killed': (p) =>
    text`${code(p.container)} was killed for its memory${p.limit ? text`, of which it may have ${code(p.limit)}` : ', and it has no limit: the node ran out'}${restarted(p.restarts)}. ${p.limit ? 'Raise the limit' : 'Give it a limit'}, or find out what takes it.`,
  crashes: (p) => text`${code(p.container)} ends by itself, ${exit(p.exitCode)}${restarted(p.restarts)}.`,
  'init-fails': (p) =>
    text`Init container ${code(p.container)} fails, ${exit(p.exitCode)}${restarted(p.restarts)}: the others wait for it.`,
  'ends-at-once': (p) =>
    text`${code(p.container)} ends without an error (exit code ${code('0')})${restarted(p.restarts)}: it should go on running.`,
  liveness: (p) => text`${code(p.container)} is restarted because its liveness probe fails${said(p.words)}.`,
  startup: (p) => text`${code(p.container)} does not get through its startup probe${said(p.words)}.`,
  readiness: (p) => text`${code(p.container)} runs, and its readiness probe fails${said(p.words)}.`,
  'not-ready': (p) => text`${code(p.container)} runs and is not ready; no event says why. Its log may.`,
  'readiness-gate': (p) =>
    text`The containers are ready, and a readiness gate is not${p.gates.length > 0 ? ': ' : ''}${listed(p.gates.map(code))}.`,
  unschedulable: (p) => {
    const why = joinText(p.reasons.map(obstacle), '; ');
    const help =
      p.autoscaler === 'adding'
        ? ' The autoscaler is adding a node.'
        : p.autoscaler === 'refused'
          ? ' The autoscaler adds none.'
          : '';
    return text`No node takes the pod: ${why}.${help}`;
  },
  'no-nodes': () => text`The cluster has no node for the pod.`,
  'scheduling-gated': () => text`The pod has a scheduling gate: it waits for whoever set that to take it away.`,
  'scheduler-silent': (p) => text`The scheduler ${code(p.scheduler)} has not looked at the pod: does it run?`,
  fargate: (p) =>
    p.why === 'profile'
      ? text`No Fargate profile matches the pod’s namespace and labels, and no other node takes it.`
      : text`Fargate has not provided a node for the pod yet.`,
  'claim-missing': (p) => text`The volume claim ${code(p.claim)} is not there: create it.`,
  'claim-unbound': (p) =>
    text`The volume claim ${code(p.claim)} has no volume yet${p.storageClass ? text` (storage class ${code(p.storageClass)})` : ''}.`,
  'volume-in-use': (p) =>
    text`Volume ${code(p.volume)} is still attached to another node: the pod there has to go first.`,
  'volume-not-mounted': (p) => text`Volume ${code(p.volume)} cannot be mounted; the node’s words are below.`,
  'pod-network': () => text`The node cannot set up the pod’s network; its words are below.`,
  'quota-exceeded': (p) =>
    text`No more pods can be made: quota ${code(p.quota)} is used up (${joinText(p.limits.map(limit), '; ')}).`,
  'quota-unspecified': (p) =>
    text`No pods can be made: under quota ${code(p.quota)} the containers must state ${code(p.fields)}.`,
  'pod-security': (p) =>
    text`No pods can be made: they break the namespace’s Pod Security level ${code(p.level)}; what does is below.`,
  'service-account': (p) => text`No pods can be made: service account ${code(p.name)} is not there.`,
  'admission-webhook': (p) => text`No pods can be made: the admission rule ${code(p.webhook)} refuses them.`,
  'limit-range': (p) => text`No pods can be made: the namespace’s limits forbid it (${p.words}).`,
  'create-refused': () => text`No pods can be made; the API server’s words are below.`,
  paused: (p) =>
    text`The rollout is paused, at ${p.updated} of ${p.desired} pods: ${code('kubectl rollout resume')} goes on.`,
  'scaled-to-zero': () => text`It is scaled to zero: nothing is meant to run.`,
  'suits-no-node': () => text`No node suits this DaemonSet: its node selector, affinity or tolerations match none.`,
  'on-delete': (p) =>
    text`${p.updated} of ${p.desired} pods have the new template: with ${code('OnDelete')} a pod gets it when somebody deletes it.`,
  'deadline-passed': (p) => text`The rollout has not come further for ${p.seconds} s, and nothing says why.`,
  'node-not-ready': (p) => text`Node ${code(p.node)} does not answer (NotReady): what its pods do is not known.`,
  evicted: (p) =>
    text`Evicted from ${code(p.node)}${p.resource ? text`, which ran low on ${code(p.resource)}` : ''}: ask for what it needs, or free the node.`,
  'node-refused': (p) => text`Node ${code(p.node)} does not let it run (${code(p.reason)}); its words are below.`,
  'stuck-terminating': (p) =>
    p.finalizers.length > 0
      ? text`It is being deleted, and waits for a finalizer: ${listed(p.finalizers.map(code))}.`
      : text`It is being deleted and does not go: its node may be away.`,
  'service-selector': (p) =>
    text`Service ${code(p.service)} reaches no pod: it selects ${code(p.selector)}, and the pods have ${code(p.labels)}.`,
  'service-port': (p) =>
    text`Service ${code(p.service)} sends to port ${code(p.target)}, which no container declares (they declare ${p.ports}).`,
  'policy-port': (p) =>
    text`No network policy lets traffic in to port ${code(p.port)}: ${listed(p.policies.map(code))}.`,
  'policy-dns': (p) =>
    text`No network policy lets DNS (port 53) out, so no name resolves: ${listed(p.policies.map(code))}.`,
};

function said(words: string): Text {
  return words === '' ? [] : text` (${words})`;
}

const SEEN: Readonly<Record<Unseen, string>> = {
  events: 'events',
  claims: 'volume claims',
  nodes: 'nodes',
  services: 'services',
  policies: 'network policies',
};

/** What `/ops why` says. */
export const why = {
  summary: 'why a workload or pod is not healthy: the cause, what it rests on, and the next step',
  cause,
  ready: (p: { of: string; ready: number; wanted: number }): Text =>
    text`${bold(p.of)}: ${p.ready} of ${p.wanted} ready.`,
  healthy: (p: { seen: readonly Unseen[] }): Text =>
    text`I find nothing wrong with it. Looked at: pods${p.seen.map((what) => `, ${SEEN[what]}`).join('')}.`,
  starting: (): Text => text`It is starting; nothing is wrong so far.`,
  unknown: (p: { seen: readonly Unseen[] }): Text =>
    text`I don’t know why. Looked at: pods${p.seen.map((what) => `, ${SEEN[what]}`).join('')}.`,
  unseen: (p: { unseen: readonly Unseen[] }): Text =>
    text`Not looked at, for our account may not: ${p.unseen.map((what) => SEEN[what]).join(', ')}. ${code('/ops can-i')} names the rights.`,
  pods: (p: { names: readonly string[]; more: number; all: boolean }): Text => {
    if (p.all) return text`(all of them)`;
    return text`(${listed(p.names.map(code))}${p.more > 0 ? ` and ${p.more} more` : ''})`;
  },
  evidence: (p: { reason: string; message: string; count: number; age: string }): Text => {
    const often = p.count > 1 ? ` ×${p.count}` : '';
    const when = p.age === '' ? '' : `, ${p.age} ago`;
    return text`${bold(p.reason)}${often}${when}: ${p.message}`;
  },
  ecr: {
    there: (p: { name: string; digest: string; age: string }): Text =>
      text`${bold('ECR')} has ${code(p.name)}${p.age ? `, pushed ${p.age} ago` : ''}: ${code(p.digest)}.`,
    noImage: (p: { name: string; repository: string; near: readonly AgedTag[]; newest: readonly AgedTag[] }): Text => {
      const near = p.near.length > 0 ? text` Nearest: ${tags(p.near)}.` : [];
      const newest = p.newest.length > 0 ? text` Newest: ${tags(p.newest)}.` : [];
      return text`${bold('ECR')} has no ${code(p.name)} in ${code(p.repository)}.${near}${newest}`;
    },
    noRepository: (p: { repository: string; account: string; region: string }): Text =>
      text`${bold('ECR')} has no repository ${code(p.repository)} in account ${code(p.account)}, ${code(p.region)}.`,
    notAllowed: (p: { action: string; repository: string }): Text =>
      text`${bold('ECR')} does not let Hikeshi look: it lacks ${code(p.action)} on ${code(p.repository)}.`,
    noCredentials: (): Text => text`${bold('ECR')} was not asked: Hikeshi has no AWS credentials.`,
    credentialsRefused: (p: { why: string }): Text =>
      text`${bold('ECR')} does not take Hikeshi’s AWS credentials (${code(p.why)}).`,
    away: (p: { region: string; why: string }): Text =>
      text`${bold('ECR')} in ${code(p.region)} did not answer Hikeshi (${code(p.why)}).`,
  },
  use: {
    measured: (p: { used: string; limit: string; percent?: number; pods: number }): Text => {
      const share = p.percent === undefined ? text`, without a limit` : text` of ${p.limit} (${p.percent} %)`;
      const where = p.pods === 1 ? 'in the 1 pod' : `at most in the ${p.pods} pods`;
      return text`${bold('Memory now')}: ${p.used}${share} ${where} that could be measured; what it used when it was killed is not kept.`;
    },
    unmeasured: (): Text => text`${bold('Memory now')}: no pod of it has run for long enough to be measured.`,
    noMetrics: (): Text => text`${bold('Memory now')}: not known, the cluster has no metrics API (metrics-server).`,
    failed: (): Text => text`${bold('Memory now')}: not known, the cluster’s metrics could not be read.`,
  },
  moreCauses: (p: { more: number }): Text =>
    text`${p.more === 1 ? '1 more cause is' : `${p.more} more causes are`} not shown.`,
  morePods: (p: { more: number }): Text => text`${p.more === 1 ? '1 pod was' : `${p.more} pods were`} not looked at.`,
  buttons: {
    quota: 'Quota',
    nodes: 'Nodes',
    policies: 'Network policies',
    configMaps: 'Config maps',
    accounts: 'Service accounts',
    events: 'Events',
    describe: 'Describe',
    yaml: 'YAML',
    use: 'What it uses',
    pods: 'Pods',
    describeOf: (p: { name: string }): string => `Describe ${p.name}`,
    rollback: 'Roll back…',
    restart: 'Restart…',
    history: 'Revisions',
    scale: (n: number): string => `Scale to ${n}…`,
    logs: (p: { container: string }): string => `Log of ${p.container}`,
    previous: (p: { container: string }): string => `Log before the end of ${p.container}`,
  },
};
