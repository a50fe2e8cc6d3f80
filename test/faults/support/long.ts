/** `npm run test:faults -- --long`: everything, and 10,000 incidents. */
export const isLong = (): boolean => process.env['HIKESHI_TEST_FAULTS'] === 'long';

/** How many incidents the long run has: `HIKESHI_FAULT_INCIDENTS`, 10,000 unless told. */
export function longIncidents(): number {
  const told = Number(process.env['HIKESHI_TEST_FAULT_INCIDENTS']);
  return told > 0 ? told : 10_000;
}
