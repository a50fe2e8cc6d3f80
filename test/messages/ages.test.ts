import { expect, it } from 'vitest';
import { ageWords } from '../../src/messages/ja/ages.ts';

it.each([
  ['14s', '14 秒'],
  ['5m30s', '5 分 30 秒'],
  ['3h', '3 時間'],
  ['2y40d', '2 年 40 日'],
  ['', ''],
])('an age in a Japanese sentence: %s', (age, words) => {
  expect(ageWords(age)).toBe(words);
});
