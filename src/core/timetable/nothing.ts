import type { TaskEnd } from '../../domain/timed-task.ts';

/** What a plan says of a target that is as it should be. */
const AS_WANTED: readonly string[] = ['same-replicas', 'runs-already'];

/** There was nothing to do: no news to anybody. */
export function isNothing(end: TaskEnd): boolean {
  return end.kind === 'impossible' && AS_WANTED.includes(end.code);
}
