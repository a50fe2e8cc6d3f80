import { expect, it } from 'vitest';
import type { EcrImage } from '../../src/domain/why/ecr.ts';
import type { Images } from '../../src/ports/images.ts';

/** What is relied on in a registry: passed by ECR's API as moto has it, and by the double. */

export interface ImagesBench {
  readonly images: Images;
  /** Makes the repository if there is none, and with a tag an image in it. Answers its digest. */
  push(repository: string, tag?: string): Promise<string>;
}

export const IN_TOKYO = { account: '123456789012', region: 'ap-northeast-1' } as const;
const NONE = `sha256:${'a'.repeat(64)}`;
const open = new AbortController().signal;

export function imagesContract(bench: () => ImagesBench): void {
  const look = (repository: string, by: EcrImage['by']) => bench().images.look({ ...IN_TOKYO, repository, by }, open);

  it('says of an image that is there its digest and when it was pushed, by tag and by digest', async () => {
    const digest = await bench().push('shop/checkout', '1.4.3');
    const found = await look('shop/checkout', { tag: '1.4.3' });
    expect(found).toEqual({ is: 'there', digest, pushedAt: expect.any(Date) });
    expect(found.is === 'there' && Math.abs(found.pushedAt!.getTime() - Date.now())).toBeLessThan(60_000);
    expect(await look('shop/checkout', { digest })).toEqual(found);
  });

  it('says of one that is not there which tags there are', async () => {
    for (const tag of ['2.0.0', '2.0.1']) await bench().push('shop/cart', tag);
    for (const by of [{ tag: '2.0.2' }, { digest: NONE }]) {
      const answer = await look('shop/cart', by);
      const tags = answer.is === 'no-image' ? [...answer.tags].sort((a, b) => a.tag.localeCompare(b.tag)) : answer;
      expect(tags).toEqual([
        { tag: '2.0.0', pushedAt: expect.any(Date) },
        { tag: '2.0.1', pushedAt: expect.any(Date) },
      ]);
      expect(answer).toMatchObject({ more: false });
    }
  });

  it('says of an empty repository that it has no tags, and of none that there is none', async () => {
    await bench().push('shop/empty');
    expect(await look('shop/empty', { tag: 'latest' })).toEqual({ is: 'no-image', tags: [], more: false });
    expect(await look('shop/nowhere', { tag: 'latest' })).toEqual({ is: 'no-repository' });
  });

  it('does not look when nobody waits any more', async () => {
    const over = AbortSignal.abort(new Error('nobody waits'));
    const looking = bench().images.look({ ...IN_TOKYO, repository: 'shop/checkout', by: { tag: '1' } }, over);
    await expect(looking).rejects.toThrow('nobody waits');
  });
}
