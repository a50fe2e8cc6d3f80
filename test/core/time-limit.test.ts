import { expect, it } from 'vitest';
import { breathe, timeLimit } from '../../src/core/wake.ts';

it('a time limit may be shared by many calls side by side, without a warning of a leak', async () => {
  const warned: string[] = [];
  const note = ({ name }: Error): void => void warned.push(name);
  process.on('warning', note);
  const parent = new AbortController();
  const limit = timeLimit(60_000, parent.signal);
  const told: number[] = [];
  for (let i = 0; i < 20; i++) limit.addEventListener('abort', () => told.push(i), { once: true });
  await breathe();
  process.off('warning', note);
  expect(warned).toEqual([]);
  parent.abort();
  expect(told).toHaveLength(20);
});
