const UNITS: Readonly<Record<string, string>> = { y: ' 年', d: ' 日', h: ' 時間', m: ' 分', s: ' 秒' };

/** Of an age as kubectl prints it, `5m30s`, in a sentence: `5 分 30 秒`. */
export function ageWords(age: string): string {
  return age.replace(/(\d+)([ydhms])(?=(\d?))/g, (_, n: string, unit: string, more: string) =>
    [n, UNITS[unit], more && ' '].join(''),
  );
}
