import { expect, it } from 'vitest';
import { bytesText } from '../../src/core/bytes.ts';

it.each([
  [0, '0 B'],
  [-5, '0 B'],
  [999, '999 B'],
  [1_000, '1 KiB'],
  [8_192, '8 KiB'],
  [1_288_490, '1.2 MiB'],
  [12 * 1024 ** 3, '12 GiB'],
  [2 ** 60, '1024 PiB'],
])('%d is %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
