import { type EventFacts, eventsOf, type PodFacts } from '../facts.ts';
import { type Cause, findingOf, type Rule, rollbackIf } from '../finding.ts';
import { configCause } from './config.ts';

const MOUNTING = new Set(['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']);

/** Pods that have a node and cannot be set up there: their volumes, their network. */
export const volumes: Rule = (facts) =>
  facts.pods.flatMap((pod) => {
    if (!isSettingUp(pod)) return [];
    const found = new Map<string, { readonly cause: Cause; readonly event: EventFacts }>();
    for (const event of eventsOf(facts, 'Pod', pod.name)) {
      const cause = causeOf(event);
      if (cause && !found.has(JSON.stringify(cause))) found.set(JSON.stringify(cause), { cause, event });
    }
    return [...found.values()].map(({ cause, event }) => findingOf(cause, pod, [event], rollbackIf(facts, pod)));
  });

const SETTING_UP = new Set(['ContainerCreating', 'PodInitializing', '']);

/** None of its containers has come to anything yet. */
function isSettingUp({ node, deletedBy, containers, phase }: PodFacts): boolean {
  if (node === undefined || deletedBy || phase !== 'Pending') return false;
  return containers.every(
    ({ state }) => state.is === 'unknown' || (state.is === 'waiting' && SETTING_UP.has(state.reason)),
  );
}

function causeOf({ reason, message }: EventFacts): Cause | undefined {
  if (reason === 'FailedCreatePodSandBox') return { id: 'pod-network' };
  if (!MOUNTING.has(reason)) return undefined;
  const config = configCause(message);
  if (config) return config;
  const volume = /volume "([^"]+)"/.exec(message)?.[1] ?? '';
  if (/Multi-Attach error/.test(message)) return { id: 'volume-in-use', volume };
  // The kubelet sums up in this what it has said of each volume.
  return /^Unable to attach or mount volumes|timed out waiting for the condition/.test(message)
    ? undefined
    : { id: 'volume-not-mounted', volume };
}
