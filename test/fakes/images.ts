import type { EcrAnswer, EcrSilence, EcrTag } from '../../src/domain/why/ecr.ts';
import type { Images } from '../../src/ports/images.ts';

export interface FakeImages extends Images {
  /** Makes the repository, and with a tag an image in it. Answers the image's digest. */
  push(repository: string, tag?: string, at?: Date): string;
  /** From now on it says this; `undefined`: what it has. */
  silence?: EcrSilence;
  /** Images that were asked about. */
  readonly asked: string[];
}

/** One account's registry, in memory. */
export function fakeImages(): FakeImages {
  const repositories = new Map<string, Map<string, { readonly digest: string; readonly pushedAt: Date }>>();
  let pushed = 0;
  const fake: FakeImages = {
    asked: [],
    push(repository, tag, at = new Date()) {
      const images = repositories.get(repository) ?? new Map();
      repositories.set(repository, images);
      pushed += 1;
      const digest = `sha256:${String(pushed).padStart(64, '0')}`;
      if (tag !== undefined) images.set(tag, { digest, pushedAt: at });
      return digest;
    },
    async look({ repository, by }, signal): Promise<EcrAnswer> {
      signal.throwIfAborted();
      fake.asked.push(repository);
      if (fake.silence) return fake.silence;
      const images = repositories.get(repository);
      if (!images) return { is: 'no-repository' };
      const all = [...images.values()];
      const image = 'tag' in by ? images.get(by.tag) : all.find(({ digest }) => digest === by.digest);
      if (image) return { is: 'there', ...image };
      const tags = [...images].map(([tag, { pushedAt }]): EcrTag => ({ tag, pushedAt }));
      return { is: 'no-image', tags, more: false };
    },
  };
  return fake;
}
