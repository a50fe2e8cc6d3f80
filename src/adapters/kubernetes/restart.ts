import type { RestartMark } from '../../ports/cluster.ts';
import type { PodTemplate, WorkloadObject } from './objects.ts';
import type { PatchOperation } from './send.ts';

/** The annotation by which a template remembers the action that restarted it. */
const RUN_ANNOTATION = 'hikeshi/run';

/** Characters: annotations share 256 KiB with everybody else's. */
const TEXT_LIMIT = 500;

/**
 * Check and change in one JSON patch: it applies to this very object (uid) in this very spec (generation, which the API
 * server advances on every change of spec), or not at all. The template itself is not compared by a `test` operation:
 * API servers compare strings as encoded bytes, Go writes `&`, `<` and `>` as escapes, and so any template with
 * `a && b` in a command would never match.
 */
export function restartPatch(live: WorkloadObject, mark: RestartMark): PatchOperation[] {
  const annotations = '/spec/template/metadata/annotations';
  const absent = live.spec?.template?.metadata?.annotations === undefined;
  return [
    { op: 'test', path: '/metadata/uid', value: live.metadata?.uid },
    { op: 'test', path: '/metadata/generation', value: live.metadata?.generation },
    ...(absent ? [{ op: 'add' as const, path: annotations, value: {} }] : []),
    ...Object.entries(marksOf(mark)).map(([key, value]) => ({
      op: 'add' as const,
      path: `${annotations}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      value,
    })),
  ];
}

/** The template as the patch leaves it, if nobody else has a say. */
export function restarted(template: PodTemplate | undefined, mark: RestartMark): PodTemplate {
  const metadata = template?.metadata;
  return { ...template, metadata: { ...metadata, annotations: { ...metadata?.annotations, ...marksOf(mark) } } };
}

export function carriesRun(template: PodTemplate | undefined, run: string): boolean {
  return template?.metadata?.annotations?.[RUN_ANNOTATION] === run;
}

function marksOf(mark: RestartMark): Record<string, string> {
  return {
    'kubectl.kubernetes.io/restartedAt': mark.at.toISOString().replace(/\.\d+Z$/, 'Z'),
    [RUN_ANNOTATION]: mark.run,
    'hikeshi/by': annotationText(mark.by),
    'hikeshi/reason': annotationText(mark.reason),
  };
}

/** Any Unicode but control characters and halves of a surrogate pair, at most 500 characters, whole ones. */
function annotationText(text: string): string {
  const clean = text.replace(/[\ud800-\udfff]/gu, '\ufffd').replace(/\p{Cc}+/gu, ' ');
  return Array.from(clean.slice(0, TEXT_LIMIT * 2))
    .slice(0, TEXT_LIMIT)
    .join('');
}
