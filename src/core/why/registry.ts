import { type EcrAnswer, type EcrImage, type EcrSaid, type EcrTag, ecrImageOf } from '../../domain/why/ecr.ts';
import type { Facts } from '../../domain/why/facts.ts';
import type { Cause, Finding, Step } from '../../domain/why/finding.ts';
import type { Images } from '../../ports/images.ts';
import { nearest } from '../nearest.ts';
import { timeLimit } from '../wake.ts';
import type { TimeLeft } from './time-left.ts';

/** What of an image that is not pulled a registry can tell; of others the node has said all. */
type Asked = Extract<
  Cause,
  {
    id:
      | 'image-not-found'
      | 'image-no-repository'
      | 'image-denied'
      | 'image-pull-secret'
      | 'image-registry-away'
      | 'image-pull';
  }
>;

const ASKED: ReadonlySet<string> = new Set<Asked['id']>([
  'image-not-found',
  'image-no-repository',
  'image-denied',
  'image-pull-secret',
  'image-registry-away',
  'image-pull',
]);

/** So many images are asked about; workloads have one in trouble, seldom two. */
const IMAGES = 3;
const TAGS = 3;
/** Comparing takes the time of everybody: of 5,000 commit hashes it would be a second. */
const COMPARED = 1_000;

/** The findings, those of images in ECR with what ECR says of them, or that it did not in the time that is left. @throws the signal's reason */
export async function withRegistry(
  findings: readonly Finding[],
  facts: Facts,
  images: Images,
  time: TimeLeft,
): Promise<readonly Finding[]> {
  let asked = 0;
  return Promise.all(
    findings.map(async (finding) => {
      const { cause } = finding;
      const image = isAsked(cause) ? ecrImageOf(cause.image) : undefined;
      if (!isAsked(cause) || !image || asked === IMAGES) return finding;
      asked += 1;
      const answer = await answerOf(image, images, time);
      const said = saidOf(answer, 'tag' in image.by ? image.by.tag : undefined);
      const evidence = [{ ecr: said, image }, ...finding.evidence];
      return { ...finding, evidence, ...judged(cause, finding, said, facts) };
    }),
  );
}

async function answerOf(image: EcrImage, images: Images, { signal, ms }: TimeLeft): Promise<EcrAnswer> {
  const limit = timeLimit(ms, signal);
  try {
    return await images.look(image, limit);
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) return { is: 'away', why: 'TimeoutError' };
    throw error;
  }
}

function isAsked(cause: Cause): cause is Asked {
  return ASKED.has(cause.id);
}

/**
 * What the node says is what stands in its way. Where it cannot tell (a tag that is not found may have been misspelt or may have come later)
 * the registry decides.
 */
function judged(
  { id, container, image }: Asked,
  { pods, next }: Finding,
  said: EcrSaid,
  facts: Facts,
): { readonly cause?: Cause; readonly next?: readonly Step[] } {
  const unsure = id === 'image-not-found' || id === 'image-no-repository' || id === 'image-pull';
  if (said.is === 'no-image' && unsure) return { cause: { id: 'image-not-found', container, image } };
  if (said.is === 'no-repository' && unsure) return { cause: { id: 'image-no-repository', container, image } };
  if (said.is !== 'there') return {};
  if (unsure && isNewer(said.pushedAt, pods, facts))
    return {
      cause: { id: 'image-pushed-since', container, image },
      next: facts.workload ? [{ do: 'restart' }, ...next] : next,
    };
  if (id === 'image-pull-secret') return {};
  const by = id === 'image-denied' ? 'rights' : id === 'image-registry-away' ? 'network' : 'either';
  return { cause: { id: 'image-kept-from-node', container, image, by } };
}

/** Pushed after the first of these pods was made: its first tries cannot have found it. */
function isNewer(pushedAt: Date | undefined, pods: readonly string[], facts: Facts): boolean {
  if (!pushedAt) return false;
  const made = facts.pods.filter(({ name }) => pods.includes(name)).map(({ createdAt }) => createdAt.getTime());
  return made.length > 0 && pushedAt.getTime() > Math.min(...made);
}

/** Which tags were meant is looked for among the newest `COMPARED` of those that are known. */
function saidOf(answer: EcrAnswer, tag: string | undefined): EcrSaid {
  if (answer.is !== 'no-image') return answer;
  const tags = [...answer.tags].sort((a, b) => timeOf(b) - timeOf(a));
  const byTag = new Map(tags.slice(0, COMPARED).map((one): readonly [string, EcrTag] => [one.tag, one]));
  const names = tag === undefined ? [] : nearest(tag, byTag.keys(), TAGS);
  const near = names.map((name) => byTag.get(name)!);
  const others = answer.more ? [] : tags.filter((one) => one.pushedAt && !names.includes(one.tag));
  return { is: 'no-image', near, newest: others.slice(0, TAGS) };
}

/** Those of which ECR does not say when they were pushed are the oldest. */
function timeOf({ pushedAt }: EcrTag): number {
  return pushedAt?.getTime() ?? 0;
}
