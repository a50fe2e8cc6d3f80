import type { Demo } from '../demo/start.ts';
import { STEPS } from './steps.ts';
import { tell } from './teller.ts';

/** Tells the whole story in the terminal, asserting what it prints. Answers the exit code. */
export async function play(demo: Demo): Promise<number> {
  await demo.settled;
  const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  return tell(demo, STEPS, { line: (text) => console.log(text), colours });
}
