import { Args } from '../args.ts';
import type { Parsed } from '../http/body.ts';
import type { Reply } from '../http/guarded.ts';
import { explained, refuse } from '../refusal.ts';
import type { World } from '../world.ts';
import type { MethodTable } from './spec.ts';

/** The checks every method shares, in Slack's order: method, token, kind of token, scopes, rate, required arguments. */
export async function perform(world: World, methods: MethodTable, method: string, parsed: Parsed): Promise<Reply> {
  const spec = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!spec) refuse('unknown_method', { req_method: method });
  const token = world.tokens.find(parsed.token);
  if (!(spec.tokens ?? ['bot']).includes(token.kind)) refuse('not_allowed_token_type');
  world.tokens.demand(token, { all: spec.scopes ?? [], any: spec.anyScope ?? [] });
  world.rates.call(method, spec.tier);
  const args = new Args(parsed.args);
  const missing = (spec.required ?? []).filter((name) => !args.has(name) || args.text(name) === '');
  if (missing.length > 0)
    throw explained(
      'invalid_arguments',
      missing.map((name) => `missing required field: ${name}`),
    );
  const headers = {
    'x-oauth-scopes': [...token.scopes].join(','),
    'x-accepted-oauth-scopes': [...(spec.scopes ?? []), ...(spec.anyScope ?? [])].join(','),
  };
  return { status: 200, headers, body: { ok: true, ...spec.run({ world, args, token }) } };
}
