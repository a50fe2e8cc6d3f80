import type { ContainerFacts, Facts, PodFacts } from '../facts.ts';
import { type Cause, eachContainer, type Finding, findingOf, type Rule, rollbackIf } from '../finding.ts';

/** A container that its node cannot make or start: what it asks for is not there, or not allowed. */
export const config: Rule = (facts) => eachContainer(facts, (container, pod) => refused(container, pod, facts));

const REFUSED = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'StartError',
  'ContainerCannotRun',
  'PreCreateHookError',
  'PreStartHookError',
  'PostStartHookError',
]);

function refused(container: ContainerFacts, pod: PodFacts, facts: Facts): readonly Finding[] {
  const said = wordsOf(container);
  if (!said) return [];
  const cause = configCause(said.message) ??
    startCause(said.message, container.name) ?? {
      id: 'container-refused' as const,
      container: container.name,
      reason: said.reason,
    };
  return [findingOf(cause, pod, [said], rollbackIf(facts, pod))];
}

/** The node's words on why it does not run: in what it waits for, or how its start ended. */
export function wordsOf({ state, last }: ContainerFacts): { reason: string; message: string } | undefined {
  if (state.is === 'waiting' && REFUSED.has(state.reason)) return state;
  const end = state.is === 'ended' ? state.end : state.is === 'waiting' ? last : undefined;
  return end && REFUSED.has(end.reason) ? end : undefined;
}

/** What a config map or secret lacks, from the words of the kubelet. They name it, so no secret is ever read for this. */
export function configCause(words: string): Cause | undefined {
  const object = /\b(configmaps?|secrets?) "([^"]+)" not found/i.exec(words);
  if (object) return { id: 'config-missing', what: kindOf(object[1]!), name: object[2]! };
  const key = /couldn't find key (\S+) in (ConfigMap|Secret) [^/\s]+\/([^\s,"]+)/i.exec(words);
  if (key) return { id: 'config-key-missing', what: kindOf(key[2]!), name: key[3]!, key: key[1]! };
  const path = /volume "([^"]+)".*references non-existent (config|secret) key: (\S+)/i.exec(words);
  if (path) return { id: 'config-key-missing', what: kindOf(path[2]!), name: path[1]!, key: path[3]! };
  return undefined;
}

function kindOf(word: string): 'ConfigMap' | 'Secret' {
  return /^secret/i.test(word) ? 'Secret' : 'ConfigMap';
}

function startCause(words: string, container: string): Cause | undefined {
  if (/runAsNonRoot and image (?:will run as root|has non-numeric user)/.test(words))
    return { id: 'runs-as-root', container };
  if (/exec format error/.test(words)) return { id: 'wrong-architecture', container };
  const command = /exec: "([^"]*)": (?:executable file not found|stat |permission denied|no such file)/.exec(words);
  return command ? { id: 'no-such-command', container, command: command[1]! } : undefined;
}
