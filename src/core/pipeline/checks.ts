/**
 * Adds up what the safeguards of one request take: who it is and what they may, guardrails, approval, audit. What the cluster takes,
 * and the commits that would be made without them, are not of it.
 */
export class Checks {
  #ms: number;

  /** @param before ms that it has taken already */
  constructor(before = 0) {
    this.#ms = before;
  }

  get ms(): number {
    return this.#ms;
  }

  /** Counts as well what throws. */
  async during<T>(work: () => T | Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await work();
    } finally {
      this.#ms += performance.now() - began;
    }
  }
}

/** Which of somebody's two requests it was: for an action and its preview, or the yes to it. */
export type CheckedStep = 'asked' | 'confirmed';
export type OnChecked = (step: CheckedStep, checks: Checks) => void;
