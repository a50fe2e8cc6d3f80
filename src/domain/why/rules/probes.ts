import {
  type ContainerFacts,
  conditionOf,
  type End,
  type EventFacts,
  eventsOf,
  type Facts,
  type PodFacts,
  type Probe,
} from '../facts.ts';
import { eachContainer, type Finding, findingOf, logsOf, PROBE_WORDS, type Rule, rollbackIf } from '../finding.ts';

/** So long a container may take before its silence is worth a word. */
const PATIENCE_MS = 60_000;
/** How a container ends that its kubelet stops: by SIGTERM, by SIGKILL, or well, when it minds the first. */
const STOPPED = new Set([0, 137, 143]);
/** An older failure may have passed. */
const RECENT_MS = 15 * 60_000;

/** Containers that run and do not pass their probes, or were killed for it. */
export const probes: Rule = (facts, now) =>
  eachContainer(facts, (container, pod) =>
    pod.deletedBy ? [] : (killed(container, pod, facts) ?? unready(container, pod, facts, now)),
  );

/** Kills by probes: the container's own end is then no crash. */
export function killedByProbe(container: ContainerFacts, end: End, pod: PodFacts, facts: Facts): Probe | undefined {
  if (!STOPPED.has(end.exitCode)) return undefined;
  const killing = eventsFor(container, pod, facts).find(
    (e) => e.reason === 'Killing' && /failed (?:liveness|startup) probe/.test(e.message),
  );
  if (killing) return /failed startup/.test(killing.message) ? 'startup' : 'liveness';
  return (['startup', 'liveness'] as const).find((probe) => failure(container, pod, facts, probe));
}

function killed(container: ContainerFacts, pod: PodFacts, facts: Facts): readonly Finding[] | undefined {
  const { last, state, ready, restarts, name } = container;
  const end = state.is === 'ended' ? state.end : last;
  if (!end || ready || end.reason === 'OOMKilled' || (restarts === 0 && state.is !== 'ended')) return undefined;
  const probe = killedByProbe(container, end, pod, facts);
  if (probe !== 'liveness' && probe !== 'startup') return undefined;
  const event = failure(container, pod, facts, probe);
  const words = event ? saidBy(event, probe) : '';
  const next = [logsOf(pod, container, true), ...rollbackIf(facts, pod)];
  return [findingOf({ id: probe, container: name, words }, pod, event ? [event] : [], next)];
}

function unready(container: ContainerFacts, pod: PodFacts, facts: Facts, now: Date): readonly Finding[] {
  const { state, ready, init, name, started } = container;
  if (state.is !== 'running' || ready || (init && started)) return [];
  const probe = !started && container.probes.includes('startup') ? 'startup' : 'readiness';
  const next = [logsOf(pod, container, false), ...rollbackIf(facts, pod)];
  const event = failure(container, pod, facts, probe);
  if (event && now.getTime() - event.at.getTime() < RECENT_MS)
    return [findingOf({ id: probe, container: name, words: saidBy(event, probe) }, pod, [event], next)];
  const since = state.since ?? pod.createdAt;
  if (now.getTime() - since.getTime() < PATIENCE_MS || !container.probes.includes(probe)) return [];
  const condition = conditionOf(pod, 'ContainersReady');
  return [findingOf({ id: 'not-ready', container: name }, pod, condition ? [condition] : [], next)];
}

/** Readiness gates: conditions that somebody else has to set. */
export const readinessGates: Rule = (facts) =>
  facts.pods.flatMap((pod) => {
    const ready = conditionOf(pod, 'Ready');
    if (ready?.reason !== 'ReadinessGatesNotReady' || pod.containers.some((c) => !c.init && !c.ready)) return [];
    const gates = [...ready.message.matchAll(/readiness gate "([^"]+)"/g)].map(([, gate]) => gate!);
    return [findingOf({ id: 'readiness-gate', gates: [...new Set(gates)] }, pod, [ready])];
  });

function failure({ name }: ContainerFacts, pod: PodFacts, facts: Facts, probe: Probe): EventFacts | undefined {
  return eventsOf(facts, 'Pod', pod.name).find(
    (e) => e.reason === 'Unhealthy' && e.message.startsWith(PROBE_WORDS[probe]) && ownedBy(e, name, pod),
  );
}

function eventsFor({ name }: ContainerFacts, pod: PodFacts, facts: Facts): readonly EventFacts[] {
  return eventsOf(facts, 'Pod', pod.name).filter((event) => ownedBy(event, name, pod));
}

function ownedBy(event: EventFacts, name: string, { containers }: PodFacts): boolean {
  return event.container === undefined ? containers.length === 1 : event.container === name;
}

function saidBy({ message }: EventFacts, probe: Probe): string {
  return message
    .slice(PROBE_WORDS[probe].length)
    .replace(/^ (?:failed|errored)(?: and resulted in unknown state)?:? ?/, '');
}
