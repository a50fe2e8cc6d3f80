import { describe } from 'vitest';
import { fakeImages } from '../fakes/images.ts';
import { imagesContract } from './images.ts';

describe('the double', () => {
  const images = fakeImages();
  imagesContract(() => ({ images, push: async (repository, tag) => images.push(repository, tag) }));
});
