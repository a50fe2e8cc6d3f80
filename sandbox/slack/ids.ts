import { randomBytes } from 'node:crypto';

/** Numbered ids with Slack's prefixes: the same story gives the same ids. */
export class Ids {
  /** The number of the last one. */
  last = 0;

  next(prefix: string): string {
    this.last += 1;
    return `${prefix}0${this.last.toString(36).toUpperCase().padStart(9, '0')}`;
  }

  /** Unguessable, for upload and response URLs. */
  secret(): string {
    return randomBytes(12).toString('hex');
  }
}
