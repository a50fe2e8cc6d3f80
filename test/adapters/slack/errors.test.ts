import { expect, it } from 'vitest';
import { chatErrorOf } from '../../../src/adapters/slack/errors.ts';

const refused = (error: string) =>
  chatErrorOf({ data: { ok: false, error, needed: 'chat:write', provided: 'none' } }, { status: 200 }, (text) => text);

it('names the scope that is missing, and none where the token itself is refused', () => {
  expect(refused('missing_scope')).toMatchObject({ kind: 'token', message: expect.stringContaining('chat:write') });
  expect(refused('invalid_auth')).toMatchObject({ kind: 'token', message: 'invalid_auth' });
});
