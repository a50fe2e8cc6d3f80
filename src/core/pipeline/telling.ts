import { NewerVersion } from '../newer.ts';
import { UnknownSubject } from '../outbox/word.ts';
import type { PipelineDeps } from './deps.ts';

/** What the renderers of posts take. */
export type Telling = Pick<PipelineDeps, 'actions' | 'whoMay'>;

/** What nobody here can put into words the outbox keeps for a replica that can. */
export function leftToNewer(error: unknown): never {
  throw error instanceof NewerVersion ? new UnknownSubject(error.message) : error;
}
