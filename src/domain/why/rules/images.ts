import { type ContainerFacts, eventsOf, type Facts, type PodFacts } from '../facts.ts';
import { type Cause, eachContainer, type Finding, findingOf, type Rule, rollbackIf } from '../finding.ts';

/** The kubelet's reasons. Source: kubernetes/pkg/kubelet/images/types.go. */
const PULLING = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** What a node can tell. */
type Pulled = Exclude<Extract<Cause, { id: `image-${string}` }>['id'], 'image-kept-from-node' | 'image-pushed-since'>;

/** Registries and runtimes word it in many ways; the first that fits decides. */
const WORDS: readonly (readonly [RegExp, Exclude<Pulled, 'image-pull-secret'>])[] = [
  [/toomanyrequests|too many requests|pull QPS exceeded|\b429\b/i, 'image-rate-limit'],
  [/no match for platform|no matching manifest for/i, 'image-platform'],
  [
    /name unknown|NAME_UNKNOWN|RepositoryNotFoundException|repository with name .* does not exist/i,
    'image-no-repository',
  ],
  [
    /unauthorized|authentication required|no basic auth credentials|pull access denied|access denied|insufficient_scope|\b40[13]\b|forbidden|authorization failed/i,
    'image-denied',
  ],
  [
    /no such host|dial tcp|i\/o timeout|connection re(?:fused|set)|TLS handshake|x509:|deadline exceeded|Client\.Timeout|server misbehaving|\b50[0234]\b/i,
    'image-registry-away',
  ],
  [/not found|manifest unknown|no such (?:image|manifest)|NotFound/i, 'image-not-found'],
];

export const images: Rule = (facts) => eachContainer(facts, (container, pod) => pulling(container, pod, facts));

function pulling(container: ContainerFacts, pod: PodFacts, facts: Facts): readonly Finding[] {
  const { state, name, image } = container;
  if (state.is !== 'waiting' || !PULLING.has(state.reason)) return [];
  const failed = eventsOf(facts, 'Pod', pod.name).find(
    (e) => e.reason === 'Failed' && e.message.includes(image) && (e.container ?? name) === name,
  );
  const words = `${state.message} ${failed?.message ?? ''}`;
  const cause = causeOf(state.reason, words, { container: name, image }, missingSecret(pod, facts));
  const evidence = failed ?? { reason: state.reason, message: state.message };
  return [findingOf(cause, pod, [evidence], [...rollbackIf(facts, pod), { do: 'history' }])];
}

function causeOf(reason: string, words: string, pulled: { container: string; image: string }, secret?: string): Cause {
  if (reason === 'InvalidImageName') return { id: 'image-name', ...pulled };
  if (reason === 'ErrImageNeverPull') return { id: 'image-not-on-node', ...pulled };
  const id = WORDS.find(([pattern]) => pattern.test(withoutName(words, pulled.image)))?.[1] ?? 'image-pull';
  if (id === 'image-denied' && secret !== undefined) return { id: 'image-pull-secret', ...pulled, secret };
  return { id, ...pulled };
}

/** An image's own name (`shop/forbidden:404`) is not what the registry says. */
function withoutName(words: string, image: string): string {
  const bare = image.replace(/[:@][^/]*$/, '');
  return words.replaceAll(image, '').replaceAll(bare, '');
}

function missingSecret(pod: PodFacts, facts: Facts): string | undefined {
  const event = eventsOf(facts, 'Pod', pod.name).find((e) => e.reason === 'FailedToRetrieveImagePullSecret');
  return event && /\(([^)]+)\)/.exec(event.message)?.[1];
}
