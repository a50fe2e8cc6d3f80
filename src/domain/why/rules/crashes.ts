import type { ContainerFacts, End, Facts, PodFacts } from '../facts.ts';
import {
  type Cause,
  type Evidence,
  eachContainer,
  type Finding,
  findingOf,
  logsOf,
  type Rule,
  rollbackIf,
  type Step,
} from '../finding.ts';
import { wordsOf } from './config.ts';
import { killedByProbe } from './probes.ts';

/** An end so long ago says nothing of what is wrong now, when the container runs again. */
const RECENT_MS = 3_600_000;

/** Containers that end: killed for their memory, by themselves with an error, or too early without one. */
export const crashes: Rule = (facts, now) =>
  eachContainer(facts, (container, pod) => {
    const end = endOf(container, now);
    if (!end || wordsOf(container) || pod.deletedBy) return [];
    return ended(container, end, pod, facts);
  });

function endOf({ state, last, ready, restarts }: ContainerFacts, now: Date): End | undefined {
  if (state.is === 'ended') return state.end.exitCode === 0 ? undefined : state.end;
  if (!last || restarts === 0) return undefined;
  if (state.is === 'waiting') return state.reason === 'CrashLoopBackOff' ? last : undefined;
  const recent = last.at !== undefined && now.getTime() - last.at.getTime() < RECENT_MS;
  const telling = last.reason === 'OOMKilled' || (last.exitCode !== 0 && !ready);
  return recent && telling ? last : undefined;
}

function ended(container: ContainerFacts, end: End, pod: PodFacts, facts: Facts): readonly Finding[] {
  const cause = causeOf(container, end, pod, facts);
  if (!cause) return [];
  const logs = logsOf(pod, container, container.state.is !== 'ended');
  const next: readonly Step[] = [logs, ...rollbackIf(facts, pod)];
  return [findingOf(cause, pod, [evidenceOf(container, end)], next)];
}

function causeOf(container: ContainerFacts, end: End, pod: PodFacts, facts: Facts): Cause | undefined {
  const { name, init, restarts, limits } = container;
  if (end.reason === 'OOMKilled') return { id: 'oom-killed', container: name, limit: limits['memory'] ?? '', restarts };
  if (killedByProbe(container, end, pod, facts)) return undefined;
  const { exitCode } = end;
  if (exitCode === 0) return { id: 'ends-at-once', container: name, restarts };
  return { id: init ? 'init-fails' : 'crashes', container: name, exitCode, restarts };
}

function evidenceOf({ name }: ContainerFacts, { exitCode, signal, reason, message, at }: End): Evidence {
  const by = signal ? `, signal ${signal}` : '';
  const words = message.trim() === '' ? '' : `: ${message.trim()}`;
  return { reason: reason || 'Error', message: `${name}: exit code ${exitCode}${by}${words}`, ...(at && { at }) };
}
