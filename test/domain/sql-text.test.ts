import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqlText } from '../../src/domain/sql-text.ts';

describe('sqlText', () => {
  it.each([
    ['select 1', 'select 1'],
    ['  select\n\t 1  ', 'select 1'],
    ["alter role app password 'hunter2'", "alter role app password '***'"],
    ["create user a with encrypted password 'it''s' login", "create user a with encrypted password '***' login"],
    ["ALTER ROLE a PASSWORD E'a\\'b' VALID UNTIL 'x'", "ALTER ROLE a PASSWORD '***' VALID UNTIL 'x'"],
    ['alter role a password $x$hunter2$x$', "alter role a password '***'"],
    ['alter role a password $$hunter2', "alter role a password '***'"],
    ["alter role a password 'cut of", "alter role a password '***'"],
    ['alter role a password null', 'alter role a password null'],
    ["select dblink('host=x password=hunter2')", "select dblink('host=x password=***')"],
    ["copy t from program 'curl https://u:pw@h/'", "copy t from program 'curl https://u:***@h/'"],
  ])('%s', (statement, shown) => {
    expect(sqlText(statement, 300)).toBe(shown);
  });

  it('is never longer than it may be, and holds no line end', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), fc.integer({ min: 2, max: 80 }), (statement, max) => {
        const shown = sqlText(statement, max);
        expect(shown.length).toBeLessThanOrEqual(max);
        expect(shown).not.toMatch(/[\n\r\t]/);
      }),
    );
  });

  it('never shows a password of a role, however it is quoted', () => {
    const word = fc.stringMatching(/^[a-z]{5,20}Q$/);
    fc.assert(
      fc.property(
        word,
        fc.constantFrom(["'", "'"], ["E'", "'"], ['$$', '$$'], ['$t$', '$t$'], ["'", '']),
        (secret, [a, b]) => {
          expect(sqlText(`alter role app password ${a}${secret}${b}`, 300)).not.toContain(secret);
        },
      ),
    );
  });
});
