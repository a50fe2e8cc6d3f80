/** Random numbers that a seed brings again. */
export interface Dice {
  /** A whole number from 0 to one below this. */
  below(limit: number): number;
  /** Dice of their own, so that who rolls first does not matter. */
  fork(): Dice;
}

/** Xorshift of 32 bits (Marsaglia 2003). */
export function createDice(seed: number): Dice {
  let state = seed | 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  // Neighbouring seeds begin alike.
  for (let i = 0; i < 8; i++) next();
  return {
    below: (limit) => next() % limit,
    fork: () => createDice(next()),
  };
}

const SEED_IN_CI = 20_260_301;

/** The seed somebody asked for, to see a run again. */
export function givenSeed(env: NodeJS.ProcessEnv): number | undefined {
  const given = Number(env['HIKESHI_TEST_FAULT_SEED']);
  return Number.isInteger(given) && given > 0 ? given : undefined;
}

/** By `HIKESHI_TEST_FAULT_SEED`; in CI always the same, elsewhere another one each time. */
export function seedOf(env: NodeJS.ProcessEnv): number {
  const given = givenSeed(env);
  if (given !== undefined) return given;
  return env['CI'] === 'true' ? SEED_IN_CI : 1 + (Date.now() % 1_000_000);
}
