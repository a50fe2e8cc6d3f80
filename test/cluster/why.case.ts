import type { Cause } from '../../src/domain/why/finding.ts';
import type { EventSaid, Said } from './why.kubelet.ts';

/** A workload that is broken in a known way, and what has to be said of it: all of that, in that order, and nothing else. */
export interface Broken {
  readonly name: string;
  /** Whose words: `real` of scheduler, admission and controllers; `simulated`: the objects are real, the kubelet's words are ours. */
  readonly words: 'real' | 'simulated';
  readonly kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly spec?: object;
  /** Of the pod template. */
  readonly pod?: object;
  readonly container?: object;
  readonly labels?: Readonly<Record<string, string>>;
  /** Objects beside it: path below the namespace, and body. */
  readonly beside?: readonly (readonly [string, object])[];
  /** A namespace of its own, with these labels. */
  readonly apart?: Readonly<Record<string, string>>;
  readonly kubelet?: Said;
  /** Of the second pod, where it says something else than the first. */
  readonly second?: Said;
  /** As if it were looked at so much later. */
  readonly laterS?: number;
  /** Deleted, and asked about by its pod's name. */
  readonly deleted?: boolean;
  readonly expected: readonly Partial<Cause>[];
}

export const app = { container: 'app' };
export const IMAGE = 'registry.k8s.io/pause:3.10';
export const probe = { httpGet: { path: '/', port: 8080 } };
export const unhealthy = (words: string): readonly EventSaid[] => [{ reason: 'Unhealthy', message: words }];
