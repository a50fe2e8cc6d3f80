/** What is wrong with a line of the timetable, which is done when nobody looks. Plain text, for a terminal. */
import type { Wrong } from '../wrong.ts';

interface Unattended {
  readonly name: string;
  readonly timed: readonly string[];
}

const takes = (timed: readonly string[]): string => `the timetable takes ${timed.join(', ')}`;
const example = (verb: string): string => `write for example '${verb} shop/checkout', or shop/sts/db`;

export const timed = {
  asTyped: "write it as one types it after /ops, such as 'scale shop/checkout 0'",
  nothing: { detail: 'says nothing', remedy: "write for example 'scale shop/checkout 0'" },
  looks: (p: Unattended): Wrong => ({
    detail: `"${p.name}" only looks, and nobody would see it`,
    remedy: takes(p.timed),
  }),
  attended: (p: Unattended): Wrong => ({
    detail: `"${p.name}" is not done unattended: somebody has to look at what it would do`,
    remedy: takes(p.timed),
  }),
  otherFlag: (p: { given: string; is: string }): Wrong => ({
    detail: `-e ${p.given} is not the environment of the entry`,
    remedy: `leave it out: it is ${p.is}`,
  }),
  otherEnvironment: (p: { given: string; is: string }): Wrong => ({
    detail: `environment "${p.given}" is not that of the entry`,
    remedy: `leave it out: it is ${p.is}`,
  }),
  lasts: { detail: '--for is for what somebody types', remedy: 'give the way back an entry and a time of its own' },
  breakGlass: { detail: 'nobody is there who could break the glass', remedy: 'leave --break-glass out' },
  noTarget: (p: { verb: string }): Wrong => ({ detail: 'names no target', remedy: example(p.verb) }),
  noNamespace: (p: { verb: string; text: string }): Wrong => ({
    detail: `"${p.text}" has no namespace, and nobody is there to say which`,
    remedy: example(p.verb),
  }),
  badTarget: (p: { verb: string; text: string }): Wrong => ({
    detail: `"${p.text}" is no target`,
    remedy: example(p.verb),
  }),
  otherNamespace: (p: { namespace: string; environment: string; namespaces: readonly string[] }): Wrong => ({
    detail: `namespace "${p.namespace}" is none of ${p.environment}`,
    remedy: `it has ${p.namespaces.join(', ')}`,
  }),
  whichCluster: (p: { environment: string; clusters: readonly string[] }): Wrong => ({
    detail: 'does not say which cluster',
    remedy: `add --cluster: ${p.environment} has ${p.clusters.join(', ') || 'none'}`,
  }),
  otherCluster: (p: { environment: string; cluster: string; clusters: readonly string[] }): Wrong => ({
    detail: `environment "${p.environment}" has no cluster "${p.cluster}"`,
    remedy: `it has ${p.clusters.join(', ')}`,
  }),
};
