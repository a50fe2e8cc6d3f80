import type { DescribeImagesCommandInput, ECRClient, ImageDetail } from '@aws-sdk/client-ecr';
import type { EcrAnswer, EcrImage, EcrTag } from '../../domain/why/ecr.ts';
import type { Images } from '../../ports/images.ts';
import { refusalOf } from './refusals.ts';

/** All calls for one image. */
const LIMIT_MS = 3_000;
const CONNECT_MS = 1_000;
const ATTEMPTS = 2;
/** As many as ECR gives at once. */
const PAGE = 1_000;
const PAGES = 5;

/**
 * Amazon ECR, with whatever credentials the AWS SDK finds (variables, profile, web identity, pod or instance role). The SDK is loaded when
 * it is first asked, and a client lives for one look: nothing of it is there at rest. One IAM action: `ecr:DescribeImages`.
 */
export function createImages({ limitMs = LIMIT_MS }: { readonly limitMs?: number } = {}): Images {
  return {
    async look(image, signal) {
      signal.throwIfAborted();
      const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
      try {
        return await orAborted(ask(image, limit), limit);
      } catch (error) {
        signal.throwIfAborted();
        return refusalOf(error);
      }
    },
  };
}

/** The SDK's search for credentials does not look at signals: then nobody waits for it. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function ask(image: EcrImage, abortSignal: AbortSignal): Promise<EcrAnswer> {
  const { ECRClient } = await sdk();
  const client = new ECRClient({
    region: image.region,
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MS },
  });
  try {
    return (await imageIn(client, image, abortSignal)) ?? (await tagsIn(client, image, abortSignal));
  } catch (error) {
    if (isCalled(error, 'RepositoryNotFoundException')) return { is: 'no-repository' };
    throw error;
  } finally {
    client.destroy();
  }
}

/** On Node 20 it warns of versions that are to come; ours is pinned. */
async function sdk() {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  return import('./ecr-sdk.ts');
}

async function imageIn(client: ECRClient, image: EcrImage, abortSignal: AbortSignal): Promise<EcrAnswer | undefined> {
  const { by } = image;
  const id = 'digest' in by ? { imageDigest: by.digest } : { imageTag: by.tag };
  try {
    const { imageDetails } = await describe(client, image, { imageIds: [id] }, abortSignal);
    const detail = imageDetails?.[0];
    return detail && { is: 'there', digest: detail.imageDigest ?? '', ...pushed(detail) };
  } catch (error) {
    if (isCalled(error, 'ImageNotFoundException')) return undefined;
    throw error;
  }
}

/** ECR lists in no order: to know the newest one has to see all, or says that it has not. */
async function tagsIn(client: ECRClient, image: EcrImage, abortSignal: AbortSignal): Promise<EcrAnswer> {
  const tags: EcrTag[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const query = { maxResults: PAGE, filter: { tagStatus: 'TAGGED' as const }, ...(nextToken && { nextToken }) };
    const listed = await describe(client, image, query, abortSignal);
    for (const detail of listed.imageDetails ?? [])
      tags.push(...(detail.imageTags ?? []).map((tag) => ({ tag, ...pushed(detail) })));
    nextToken = listed.nextToken;
    if (nextToken === undefined) break;
  }
  return { is: 'no-image', tags, more: nextToken !== undefined };
}

async function describe(
  client: ECRClient,
  { account, repository }: EcrImage,
  query: Partial<DescribeImagesCommandInput>,
  abortSignal: AbortSignal,
) {
  const { DescribeImagesCommand } = await sdk();
  const command = new DescribeImagesCommand({ registryId: account, repositoryName: repository, ...query });
  return client.send(command, { abortSignal });
}

const pushed = ({ imagePushedAt }: ImageDetail) => (imagePushedAt ? { pushedAt: imagePushedAt } : {});

function isCalled(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
