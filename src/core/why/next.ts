import type { Button } from '../../domain/content.ts';
import type { Cause, CauseSentences, Finding } from '../../domain/why/finding.ts';
import { targetKey } from '../../domain/workload.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { SubjectRef } from '../../ports/cluster.ts';
import { sayButton } from '../ask/say.ts';
import type { Place } from './show.ts';

/** What to look at next of each cause that is not mended from here. Pure. */

type Labels = Catalog['why']['buttons'];

/** A label, and what it asks. */
type Look = readonly [label: string, words: string];

/** As a method: it was chosen by the name of the cause that it is given. */
type AnyLook = { say(cause: Cause): Look }['say'];

/** How things that a cause names are asked for. */
interface Asking {
  readonly labels: Labels;
  /** What was diagnosed, as one types it. */
  readonly subject: string;
  /** The first pod of which the cause holds; else the subject. */
  readonly pod: string;
  /** Flags for its namespace, and for all of its cluster. */
  readonly namespace: string;
  readonly cluster: string;
  /** Of something of the namespace, with its kind; of the cluster. */
  readonly of: (kind: string, name: string) => string;
  readonly ofCluster: (kind: string, name: string) => string;
}

const events = ({ labels, subject }: Asking): Look => [labels.events, `events ${subject}`];
const describe = ({ labels, subject }: Asking): Look => [labels.describe, `describe ${subject}`];
const yaml = ({ labels, subject }: Asking): Look => [labels.yaml, `yaml ${subject}`];
const pods = ({ labels, subject }: Asking): Look => [labels.pods, `pods ${subject} -o wide`];
const nodes = ({ labels, cluster }: Asking): Look => [labels.nodes, `nodes ${cluster}`];
const quota = ({ labels, namespace }: Asking): Look => [labels.quota, `quota ${namespace}`];
const policies = ({ labels, namespace }: Asking): Look => [labels.policies, `netpol ${namespace}`];
const service = (name: string, { labels, of }: Asking): Look => [
  labels.describeOf({ name }),
  `describe ${of('service', name)}`,
];
/** Of a pod that was thrown out of a node that is not known, what the pod says. */
const node = (name: string, asking: Asking): Look => {
  const { labels, ofCluster } = asking;
  return name === '' ? describe(asking) : [labels.describeOf({ name }), `describe ${ofCluster('node', name)}`];
};

/** One for each cause: a cause without does not compile. */
const looks = (asking: Asking): CauseSentences<Look> => {
  const { labels, namespace, pod } = asking;
  const [what, described, whole] = [() => events(asking), () => describe(asking), () => yaml(asking)];
  const config = (p: { what: string }): Look =>
    p.what === 'ConfigMap' ? [labels.configMaps, `configmaps ${namespace}`] : whole();
  return {
    'image-not-found': described,
    'image-no-repository': described,
    'image-denied': described,
    'image-pull-secret': whole,
    'image-name': described,
    'image-registry-away': what,
    'image-rate-limit': what,
    'image-platform': described,
    'image-not-on-node': whole,
    'image-pull': what,
    'image-kept-from-node': what,
    'image-pushed-since': described,
    'config-missing': config,
    'config-key-missing': config,
    'runs-as-root': whole,
    'no-such-command': whole,
    'wrong-architecture': described,
    'container-refused': what,
    'oom-killed': () => [labels.use, `top pods ${asking.subject}`],
    crashes: what,
    'init-fails': what,
    'ends-at-once': what,
    liveness: what,
    startup: what,
    readiness: what,
    'not-ready': what,
    'readiness-gate': () => [labels.yaml, `yaml ${pod}`],
    unschedulable: () => nodes(asking),
    'no-nodes': () => nodes(asking),
    'scheduling-gated': () => [labels.yaml, `yaml ${pod}`],
    'scheduler-silent': () => [labels.pods, `pods -n kube-system ${asking.cluster}`],
    fargate: described,
    'claim-missing': whole,
    'claim-unbound': what,
    'volume-in-use': () => pods(asking),
    'volume-not-mounted': what,
    'pod-network': what,
    'quota-exceeded': () => quota(asking),
    'quota-unspecified': () => quota(asking),
    'pod-security': whole,
    'service-account': () => [labels.accounts, `serviceaccounts ${namespace}`],
    'admission-webhook': what,
    'limit-range': whole,
    'create-refused': what,
    paused: () => [labels.history, `history ${asking.subject}`],
    'scaled-to-zero': what,
    'suits-no-node': () => nodes(asking),
    'on-delete': () => pods(asking),
    'deadline-passed': what,
    'node-not-ready': (p) => node(p.node, asking),
    evicted: (p) => node(p.node, asking),
    'node-refused': (p) => node(p.node, asking),
    'stuck-terminating': () => [labels.yaml, `yaml ${pod}`],
    'service-selector': (p) => service(p.service, asking),
    'service-port': (p) => service(p.service, asking),
    'policy-port': () => policies(asking),
    'policy-dns': () => policies(asking),
  };
};

/** What shows more of what is behind a cause. */
export function lookButton({ cause, pods: [first] }: Finding, subject: SubjectRef, place: Place, m: Catalog): Button {
  const { namespace } = subject;
  const { environment, cluster, workload } = place;
  const of = (kind: string, name: string): string => [environment, cluster, namespace, kind, name].join('/');
  const own = subject.kind === 'Pod' || !workload ? of('pod', subject.name) : targetKey(workload);
  const asking: Asking = {
    labels: m.why.buttons,
    subject: own,
    pod: first === undefined ? own : of('pod', first),
    namespace: `-n ${namespace} -e ${environment} --cluster ${cluster}`,
    cluster: `-e ${environment} --cluster ${cluster}`,
    of,
    ofCluster: (kind, name) => [environment, cluster, kind, name].join('/'),
  };
  const look: AnyLook = looks(asking)[cause.id];
  const [label, words] = look(cause);
  return sayButton(label, words);
}
