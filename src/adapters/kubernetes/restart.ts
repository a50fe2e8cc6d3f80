import type { WorkloadRef } from '../../domain/workload.ts';
import type { ChangeMark, ExpectedWorkload } from '../../ports/cluster.ts';
import type { PodTemplate, WorkloadObject } from './objects.ts';
import type { Rest } from './rest.ts';
import { annotate, type ChangedTemplate, changeTemplate, marksOf } from './template-change.ts';

export interface RestartChange {
  readonly expect: ExpectedWorkload;
  readonly mark: ChangeMark;
  readonly dryRun: boolean;
}

/** `kubectl rollout restart`, with our marks beside its own. */
export function restart(
  rest: Rest,
  ref: WorkloadRef,
  { expect, mark, dryRun }: RestartChange,
  signal: AbortSignal,
): Promise<ChangedTemplate> {
  const marks = {
    'kubectl.kubernetes.io/restartedAt': mark.at.toISOString().replace(/\.\d+Z$/, 'Z'),
    ...marksOf(mark),
  };
  const change = {
    expect,
    dryRun,
    patch: ({ spec }: WorkloadObject) =>
      annotate('/spec/template/metadata/annotations', spec?.template?.metadata?.annotations, marks),
    becomes: ({ spec }: WorkloadObject) => restarted(spec?.template, marks),
  };
  return changeTemplate(rest, ref, change, signal);
}

function restarted(template: PodTemplate | undefined, marks: Readonly<Record<string, string>>): PodTemplate {
  const metadata = template?.metadata;
  return { ...template, metadata: { ...metadata, annotations: { ...metadata?.annotations, ...marks } } };
}
