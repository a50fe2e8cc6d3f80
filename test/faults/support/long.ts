/** `npm run test:faults -- --long`: everything, and 10,000 incidents. */
export const isLong = (): boolean => process.env['HIKESHI_TEST_FAULTS'] === 'long';
