import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isErrorLine, lineMask, mergeByTime } from '../../src/domain/log-lines.ts';

const at = (second: number): Date => new Date(Date.UTC(2026, 10, 20, 3, 0, second));

describe('mergeByTime', () => {
  it('puts lines of several logs in the order of time, and says whose each is', () => {
    const merged = mergeByTime([
      [
        { at: at(1), text: 'a1' },
        { at: at(3), text: 'a3' },
      ],
      [{ at: at(2), text: 'b2' }, { text: 'b2 too' }, { at: at(4), text: 'b4' }],
    ]);
    expect(merged.map(({ text, log }) => `${log} ${text}`)).toEqual(['0 a1', '1 b2', '1 b2 too', '0 a3', '1 b4']);
  });

  const line = fc.record({
    at: fc.option(fc.integer({ min: 0, max: 50 }).map(at), { nil: undefined }),
    text: fc.string(),
  });
  const log = fc.array(line, { maxLength: 12 });

  it('loses none, and leaves each log in its own order, whatever its clock does', () => {
    fc.assert(
      fc.property(fc.array(log, { maxLength: 4 }), (logs) => {
        const merged = mergeByTime(logs);
        logs.forEach((lines, i) => {
          const own = merged.filter((one) => one.log === i).map(({ text, at: time }) => ({ text, at: time }));
          expect(own).toEqual(lines.map(({ text, at: time }) => ({ text, at: time })));
        });
        expect(merged).toHaveLength(logs.flat().length);
      }),
    );
  });

  it('is by time where every clock goes forward', () => {
    const timed = fc
      .array(fc.integer({ min: 0, max: 50 }), { maxLength: 12 })
      .map((all) => all.sort((a, b) => a - b).map((s) => ({ at: at(s), text: `${s}` })));
    fc.assert(
      fc.property(fc.array(timed, { maxLength: 4 }), (logs) => {
        const times = mergeByTime(logs).map((one) => one.at!.getTime());
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
    );
  });
});

describe('isErrorLine', () => {
  it.each([
    '{"level":"error","msg":"x"}',
    '{"severity":"CRITICAL","message":"x"}',
    '{"level":50,"msg":"pino"}',
    '{"log":{"level":"fatal"},"message":"ECS"}',
    '{"log.level":"error","message":"ECS"}',
    'ts=2026-11-20 level=error msg="no"',
    '2026-11-20 03:00:00 ERROR c.e.Checkout - no stock',
    'E1120 03:00:00.123456       1 main.go:12] cannot',
    'java.lang.NullPointerException: null',
    'Caused by: java.io.IOException: broken pipe',
    'Traceback (most recent call last):',
    'TypeError: x is not a function',
    'panic: runtime error: index out of range',
    'connection failed',
    '2026 "level":"error" in JSON that is cut {"level":"error","msg":"',
  ])('%s', (text) => {
    expect(isErrorLine(text)).toBe(true);
  });

  it.each([
    '{"level":"info","msg":"error rate is 0.1"}',
    '{"level":30,"msg":"failed over"}',
    'level=warn msg="retry after error"',
    '2026-11-20 03:00:00 INFO c.e.Checkout - errors so far: none',
    'I1120 03:00:00.123456       1 main.go:12] error budget is fine',
    'finished with 0 errors',
    'errors=0 took=3ms',
    'no error',
    '{"status":200,"error":"","took":3}',
    'request done error=null',
    'listening on 8080',
    'terrorist attack', // A word within a word.
    '{"level":"info","msg":"cut, with an error in it',
    '',
  ])('not %s', (text) => {
    expect(isErrorLine(text)).toBe(false);
  });
});

const BODY = [
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7',
  'VJTUt9Us8cKjMzEfYyjiWA4R4pm2bS1Gms3WTmLzR1MkQ',
  'aB3=',
];
const KEY = ['-----BEGIN PRIVATE KEY-----', ...BODY, '-----END PRIVATE KEY-----'];

describe('lineMask', () => {
  const masked = (lines: readonly string[]): string[] => {
    const mask = lineMask(lines);
    return lines.map(mask);
  };

  it('masks what is within a line, and leaves the rest', () => {
    expect(masked(['user=hana PASSWORD=hunter22', 'fine'])).toEqual(['user=hana PASSWORD=***', 'fine']);
  });

  it('takes colours and whatever else acts on a terminal out, before it looks', () => {
    expect(masked(['\u001b[31mpass\u001b[0mword=hunter22\u001b[0m'])).toEqual(['password=***']);
  });

  it('masks every line of a private key, and nothing after it', () => {
    const all = masked(['before', ...KEY, 'after', 'MIIEvQIBADANBgkqhkiG9w0BAQEFAAS']).join('\n');
    for (const part of BODY) expect(all).not.toContain(part);
    expect(all).toMatch(/^before\n/);
    expect(all).toMatch(/\nafter\nMIIEvQIBADANBgkqhkiG9w0BAQEFAAS$/);
  });

  it('masks a key of which only the end, or only the beginning, is there', () => {
    for (const lines of [KEY.slice(2), KEY.slice(0, -2), KEY.map((line) => `03:00:00 INFO ${line}`)]) {
      const all = masked(['GET /cart 200', ...lines]).join('\n');
      for (const part of BODY.slice(0, 2)) expect(all).not.toContain(part);
      expect(all).toMatch(/^GET \/cart 200\n/);
    }
  });
});
