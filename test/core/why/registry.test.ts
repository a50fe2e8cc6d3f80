import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/core/why/diagnose.ts';
import { showDiagnosis } from '../../../src/core/why/show.ts';
import { plainText } from '../../../src/core/wording.ts';
import type { Facts } from '../../../src/domain/why/facts.ts';
import { type Language, sentences } from '../../../src/messages/catalog.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import type { Images } from '../../../src/ports/images.ts';
import { type FakeImages, fakeImages } from '../../fakes/images.ts';
import { notAsked } from '../../support/asked.ts';
import { ago, eventOf, factsOf, failing, NOW, waitingPod } from '../../support/facts.ts';

const REPOSITORY = 'shop/checkout';
const IMAGE = `123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/${REPOSITORY}:1.43`;
const open = new AbortController().signal;

/** One pod that cannot pull it, in these words of the node. */
function failed(words: string, image = IMAGE): Facts {
  const pod = waitingPod('ImagePullBackOff', `Back-off pulling image "${image}"`, { image });
  return factsOf({ pods: [pod], events: [eventOf('Failed', `Failed to pull image "${image}": ${words}`)] });
}
const NOT_FOUND = 'failed to resolve reference: not found';
const DENIED = 'unexpected status: 403 Forbidden';
const AWAY = 'dial tcp: i/o timeout';

const look = async (facts: Facts, images: FakeImages) =>
  (await diagnose({ facts: async () => facts, logs: notAsked, podUsage: notAsked }, subject, {
    images,
    now: NOW,
    until: performance.now() + 10_000,
    signal: open,
  }))!;
const subject = { kind: 'Deployment' as const, namespace: 'shop', name: 'checkout' };

/** The lines of the answer below its first, and its buttons. */
async function told(facts: Facts, images: FakeImages, language: Language = 'en') {
  const workload = { environment: 'production', cluster: 'main', ...subject };
  const place = { environment: 'production', cluster: 'main', workload };
  const { blocks } = showDiagnosis(await look(facts, images), place, NOW, sentences(language));
  return blocks
    .slice(1)
    .flatMap((block) => {
      if (block.kind === 'text') return [plainText(block.text)];
      if (block.kind === 'context') return block.lines.map(plainText);
      return block.kind === 'buttons' ? [block.buttons.map(({ label }) => label).join(' | ')] : [];
    })
    .filter((line) => !line.startsWith('Failed'));
}

describe('an image that is not pulled, and ECR', () => {
  it('a tag that is not there: names those that may have been meant, and the newest, with their ages', async () => {
    const images = fakeImages();
    for (const [tag, hours] of [
      ['1.4.3', 2],
      ['1.42', 50],
      ['nightly', 1],
      ['old', 900],
    ] as const)
      images.push(REPOSITORY, tag, ago(hours * 3_600));
    expect(await told(failed(NOT_FOUND), images)).toEqual([
      `The registry has no image ${IMAGE}: its tag is misspelt, or it was never pushed. Roll back, or push it. (all of them)`,
      'ECR has no 1.43 in shop/checkout. Nearest: 1.42 (pushed 2d ago), 1.4.3 (pushed 2h ago). Newest: nightly (pushed 1h ago), old (pushed 37d ago).',
      'Roll back… | Revisions',
    ]);
    const [, line] = await told(failed(NOT_FOUND), images, 'ja');
    expect(line).toBe(
      'ECR: shop/checkout に 1.43 はありません。似たタグ: 1.42（2 日前）、1.4.3（2 時間前）。最新: nightly（1 時間前）、old（37 日前）。',
    );
    expect(images.asked).toEqual([REPOSITORY, REPOSITORY]);
  });

  it('of a repository with too many tags to see them all, the newest are not known', async () => {
    const images = fakeImages();
    images.push(REPOSITORY, '1.42');
    const some = {
      ...images,
      look: async () => ({ is: 'no-image' as const, tags: [{ tag: '1.42', pushedAt: NOW }, { tag: 'x' }], more: true }),
    };
    expect((await told(failed(NOT_FOUND), some))[1]).toBe(
      'ECR has no 1.43 in shop/checkout. Nearest: 1.42 (pushed 0s ago).',
    );
  });

  it('of more tags than are compared, those pushed last', async () => {
    const images = fakeImages();
    images.push(REPOSITORY, '1.42', ago(900));
    for (let i = 0; i < 999; i += 1) images.push(REPOSITORY, `${i}`.padStart(40, 'f'), ago(800 - i / 2));
    expect((await told(failed(NOT_FOUND), images))[1]).toContain('Nearest: 1.42 (pushed 15m ago).');
    images.push(REPOSITORY, 'f'.repeat(40), ago(60));
    expect((await told(failed(NOT_FOUND), images))[1]).not.toContain('1.42');
  });

  it('a tag that is there: it is the rights or the way, by the words of the node', async () => {
    const images = fakeImages();
    const digest = images.push(REPOSITORY, '1.43', ago(7_200)).slice(0, 19);
    const has = `ECR has 1.43, pushed 2h ago: ${digest}.`;
    const right = `The registry has ${IMAGE}, so its name is right:`;
    for (const [words, why] of [
      [DENIED, 'the node may not pull it. Check the node’s role and the repository’s policy.'],
      [AWAY, 'the node does not reach it. Check its way to ECR and S3: NAT, endpoints, DNS.'],
      [NOT_FOUND, 'the node’s rights or its way to the registry are what is wrong.'],
      ['something else', 'the node’s rights or its way to the registry are what is wrong.'],
    ] as const)
      expect((await told(failed(words), images)).slice(0, 2)).toEqual([`${right} ${why} (all of them)`, has]);
  });

  it('pushed after the pod was made: it comes by itself, or at once by a restart', async () => {
    const images = fakeImages();
    images.push(REPOSITORY, '1.43', ago(60));
    const [cause, , buttons] = await told(failed(NOT_FOUND), images);
    expect(cause).toContain('it was pushed after the pod was made');
    expect(buttons).toBe('Restart… | Roll back… | Revisions');
    expect((await look(failed(DENIED), images)).verdict.findings[0]!.cause).toMatchObject({ by: 'rights' });
  });

  it.each([
    [
      { is: 'not-allowed', action: 'ecr:DescribeImages' },
      'ECR does not let Hikeshi look: it lacks ecr:DescribeImages on shop/checkout.',
    ],
    [{ is: 'no-credentials' }, 'ECR was not asked: Hikeshi has no AWS credentials.'],
    [
      { is: 'credentials-refused', why: 'ExpiredTokenException' },
      'ECR does not take Hikeshi’s AWS credentials (ExpiredTokenException).',
    ],
    [{ is: 'away', why: 'TimeoutError' }, 'ECR in ap-northeast-1 did not answer Hikeshi (TimeoutError).'],
  ] as const)('%j: what the node says stands, and why ECR did not say', async (silence, line) => {
    const images = fakeImages();
    images.silence = silence;
    const diagnosis = await look(failed(DENIED), images);
    expect(diagnosis.verdict.findings.map(({ cause }) => cause.id)).toEqual(['image-denied']);
    expect((await told(failed(DENIED), images))[1]).toBe(line);
  });

  it('what stands in the node’s way first stays the cause, also where ECR does not have it', async () => {
    const images = fakeImages();
    expect((await told(failed(AWAY), images)).slice(0, 2)).toEqual([
      `The node does not reach the registry of ${IMAGE}: look at the network, DNS and the registry. (all of them)`,
      'ECR has no repository shop/checkout in account 123456789012, ap-northeast-1.',
    ]);
    expect((await look(failed(NOT_FOUND), images)).verdict.findings[0]!.cause.id).toBe('image-no-repository');
    images.push(REPOSITORY);
    expect((await look(failed('name unknown'), images)).verdict.findings[0]!.cause.id).toBe('image-not-found');
  });

  it('other registries, and what has nothing to do with a registry, are not asked about; of many images three', async () => {
    const images = fakeImages();
    await look(failed(NOT_FOUND, 'registry.example/shop/checkout:1'), images);
    await look(failed('no match for platform in manifest'), images);
    await look(factsOf(), images);
    expect(images.asked).toEqual([]);
    const pods = Array.from({ length: 5 }, (_, i) => waitingPod('ErrImagePull', NOT_FOUND, { image: `${IMAGE}${i}` }));
    await look(factsOf({ pods }), images);
    expect(images.asked).toHaveLength(3);
  });

  describe('with a container that was killed for its memory beside it', () => {
    const killed = failing({ last: { exitCode: 137, reason: 'OOMKilled', message: '', at: ago(60) }, restarts: 4 });
    const both = factsOf({ pods: [...failed(DENIED).pods, { ...killed, name: 'checkout-2' }] });
    const images = fakeImages();
    images.push(REPOSITORY, '1.43', ago(7_200));
    type Used = Pick<Cluster, 'podUsage'>['podUsage'];
    const lookAt = async (asked: Images, podUsage: Used, until: number) => {
      const cluster = { facts: async () => both, logs: async () => undefined, podUsage };
      const signal = AbortSignal.timeout(Math.ceil(until - performance.now()));
      const found = await diagnose(cluster, subject, { images: asked, now: NOW, until, signal });
      return found!.verdict.findings.map(({ cause, evidence }) => [cause.id, evidence[0]]);
    };

    it('both are asked at once', async () => {
      const [registry, metrics] = [new AbortController(), new AbortController()];
      const begun = ({ signal }: AbortController) => (signal.aborted ? undefined : once(signal, 'abort'));
      const look: Images['look'] = async (image, signal) => {
        registry.abort();
        await Promise.race([begun(metrics), once(signal, 'abort')]);
        return images.look(image, signal);
      };
      const used: Used = async () => {
        metrics.abort();
        await begun(registry);
        return [];
      };
      expect(await lookAt({ look }, used, performance.now() + 10_000)).toEqual([
        ['image-kept-from-node', { ecr: expect.objectContaining({ is: 'there' }), image: expect.anything() }],
        ['oom-killed', { use: { is: 'unmeasured' } }],
      ]);
    });

    it('what is known is said in time, and that the others have not answered', async () => {
      const look: Images['look'] = async (_image, signal) => {
        if (!signal.aborted) await once(signal, 'abort');
        throw signal.reason;
      };
      const used: Used = async (_query, options) => {
        if (!options?.signal?.aborted) await once(options!.signal!, 'abort');
        throw new ClusterError('away', 'main', 'TIMEOUT');
      };
      // Facts took nearly all of the time.
      expect(await lookAt({ look }, used, performance.now() + 1_050)).toEqual([
        ['image-pull', { ecr: { is: 'away', why: 'TimeoutError' }, image: expect.anything() }],
        ['oom-killed', { use: { is: 'failed' } }],
      ]);
    });
  });

  it('is given up with the one who asks', async () => {
    const stopping = AbortSignal.abort(new Error('stopping'));
    const asking = diagnose({ facts: async () => failed(NOT_FOUND), logs: notAsked, podUsage: notAsked }, subject, {
      images: fakeImages(),
      now: NOW,
      until: performance.now() + 10_000,
      signal: stopping,
    });
    await expect(asking).rejects.toThrow('stopping');
  });
});
