import type { EcrAnswer, EcrImage } from '../domain/why/ecr.ts';

/** Registries of images, as far as they can be asked. */
export interface Images {
  /**
   * Whether it is there, and if it is not, what is. Why it could not be asked is an answer too, and comes within seconds.
   * @throws the signal's reason, and nothing else
   */
  look(image: EcrImage, signal: AbortSignal): Promise<EcrAnswer>;
}
