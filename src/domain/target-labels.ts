/**
 * What an alert's labels say about a workload, and how sure that is.
 *
 * | labels | meaning | certainty |
 * |---|---|---|
 * | `deployment`, `statefulset`, `daemonset` (kube-state-metrics) | that workload | exact |
 * | `workload` with `workload_type` (the Kubernetes mixin's recording rules) | that workload | exact |
 * | `pod` with the suffixes a controller generates | the controller's workload | guess |
 * | `namespace` | the namespace | exact |
 * | `exported_X` beside or instead of `X` | `X` of the thing itself: plain `X` then describes the exporter that was scraped | as `X` |
 * | `app`, `service`, `container`, `job`, `workload` alone, `instance` | not used: names that a workload often but not always shares | - |
 *
 * As soon as there is one `exported_namespace`, `exported_pod`, `exported_container` or `exported_service`, plain `namespace`
 * and `pod` are the exporter's and are not used. A plain `pod` that is an exporter's by its name is not used either.
 */
import type { Labels } from './alert.ts';
import { labelValue } from './labels.ts';
import type { WorkloadKind } from './workload.ts';

export interface WorkloadGuess {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly certainty: 'exact' | 'guess';
  /** `label deployment` */
  readonly from: string;
}

const kindLabels = [
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
] as const satisfies readonly (readonly [string, WorkloadKind])[];

/** What Prometheus puts on every series of a scraped pod or service, and so renames on the series' own labels. */
const scrapeLabels = ['namespace', 'pod', 'container', 'service'] as const;

/** A DNS subdomain: what Kubernetes takes as a name. Anything else in a label is not one. */
const nameForm = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Exporters report on others: their own pod is not what the alert is about. */
const exporterPod = /kube-state-metrics|(^|-)[a-z]*-?exporter(-|$)/;

/** Every workload the labels name for certain, or the one a pod's name points to; empty when nothing does. */
export function workloadOf(labels: Labels): readonly WorkloadGuess[] {
  const named = kindLabels.flatMap(([label, kind]) => {
    const found = ownLabel(labels, label);
    return found ? [{ kind, name: found.value, certainty: 'exact' as const, from: `label ${found.label}` }] : [];
  });
  if (named.length > 0) return named;
  const typed = typedWorkload(labels);
  if (typed) return [typed];
  const pod = podOf(labels);
  const guess = pod && workloadOfPod(pod.value);
  return guess ? [{ ...guess, certainty: 'guess', from: `label ${pod.label}` }] : [];
}

/** The namespace of the thing itself; `undefined` when the labels hold none or only the exporter's. */
export function namespaceOf(labels: Labels): string | undefined {
  return ownScrapeLabel(labels, 'namespace')?.value;
}

/** The pod of the thing itself. */
export function podOf(labels: Labels): { readonly value: string; readonly label: string } | undefined {
  const found = ownScrapeLabel(labels, 'pod');
  return found && !(found.label === 'pod' && exporterPod.test(found.value)) ? found : undefined;
}

/**
 * The workload whose controller generates such pod names, from the suffix alone: `checkout-6d4cf56db6-x7k2p` a Deployment's,
 * `db-0` a StatefulSet's, `agent-x7k2p` a DaemonSet's (or a Job's: the plan finds out). Suffixes use Kubernetes' alphabet
 * without vowels and easily confused digits (`k8s.io/apimachinery/pkg/util/rand`).
 */
export function workloadOfPod(pod: string): { readonly kind: WorkloadKind; readonly name: string } | undefined {
  const deployment = /^(.+)-[456789bcdf]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/.exec(pod);
  if (deployment) return { kind: 'Deployment', name: deployment[1]! };
  const statefulSet = /^(.+)-(?:0|[1-9][0-9]{0,3})$/.exec(pod);
  if (statefulSet) return { kind: 'StatefulSet', name: statefulSet[1]! };
  const daemonSet = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{5}$/.exec(pod);
  // A minute number before the suffix is a CronJob's; a word without any digit is as likely part of a name.
  if (!daemonSet || /-[0-9]{8,}$/.test(daemonSet[1]!) || !/[0-9][^-]*$/.test(pod)) return undefined;
  return { kind: 'DaemonSet', name: daemonSet[1]! };
}

function typedWorkload(labels: Labels): WorkloadGuess | undefined {
  const found = ownLabel(labels, 'workload');
  const type = labelValue(labels, 'workload_type').toLowerCase();
  const kind = kindLabels.find(([word]) => word === type)?.[1];
  return found && kind ? { kind, name: found.value, certainty: 'exact', from: `label ${found.label}` } : undefined;
}

function ownLabel(labels: Labels, name: string): { value: string; label: string } | undefined {
  for (const label of [`exported_${name}`, name]) {
    const value = labelValue(labels, label);
    if (value !== '') return nameForm.test(value) ? { value, label } : undefined;
  }
  return undefined;
}

function ownScrapeLabel(
  labels: Labels,
  name: (typeof scrapeLabels)[number],
): { value: string; label: string } | undefined {
  const renamed = scrapeLabels.some((label) => labelValue(labels, `exported_${label}`) !== '');
  const label = renamed ? `exported_${name}` : name;
  const value = labelValue(labels, label);
  return nameForm.test(value) ? { value, label } : undefined;
}
