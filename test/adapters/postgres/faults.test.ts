import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { isStorageFault } from '../../../src/adapters/postgres/faults.ts';

function fromServer(code: string): Error {
  return Object.assign(new pg.DatabaseError('said by the server', 0, 'error'), { code });
}

function fromSystem(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe('passes by itself', () => {
  test.each([
    '08006',
    '08P01',
    '25006',
    '25P03',
    '26000',
    '28P01',
    '40001',
    '40P01',
    '53100',
    '53300',
    '55P03',
    '57014',
    '57P01',
    '57P03',
    '58030',
  ])('SQLSTATE %s', (code) => expect(isStorageFault(fromServer(code))).toBe(true));

  test.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT'])('%s', (code) =>
    expect(isStorageFault(fromSystem(code))).toBe(true),
  );

  test('what was prepared before a migration, and by its code alone another feature', () => {
    const changed = fromServer('0A000');
    expect(isStorageFault(Object.assign(fromServer('0A000'), { routine: 'RevalidateCachedQuery' }))).toBe(true);
    expect(isStorageFault(changed)).toBe(false);
  });

  test.each([
    'Connection terminated',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Query read timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
    'driver has already been destroyed',
  ])('%s', (message) => expect(isStorageFault(new Error(message))).toBe(true));

  test('every address of a name refused', () =>
    expect(isStorageFault(new AggregateError([fromSystem('ECONNREFUSED'), fromSystem('ECONNREFUSED')]))).toBe(true));

  test('wrapped', () => expect(isStorageFault(new Error('outer', { cause: fromServer('40001') }))).toBe(true));
});

describe('is about the work itself', () => {
  test.each(['22P02', '22021', '23505', '23514', '42P01', '42501', '54000', 'XX000'])('SQLSTATE %s', (code) =>
    expect(isStorageFault(fromServer(code))).toBe(false),
  );

  test.each([new Error('other'), new RangeError('bigint'), 'ECONNREFUSED', undefined])('%s', (error) =>
    expect(isStorageFault(error)).toBe(false),
  );
});
