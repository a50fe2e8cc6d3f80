import { parseDuration } from '../domain/duration.ts';
import { type BuildContext, namedMap } from './build-context.ts';
import type { PageTarget, PolicyConfig, Principal, RolesConfig } from './config.ts';
import type { Path } from './problem.ts';
import type { ConfigInput } from './schema.ts';

/** An entry of `page`, whose form the schema has checked. `@channel` and `@here` are what people write in Slack. */
export function pageTarget(text: string): PageTarget {
  const word = text.replace(/^@/, '');
  if (word === 'channel' || word === 'everyone') return { kind: 'channel' };
  if (word === 'here') return { kind: 'here' };
  if (text.startsWith('@')) return { kind: 'name', name: word };
  return text.startsWith('S') ? { kind: 'group', id: text } : { kind: 'user', id: text };
}

export function buildPolicies(input: ConfigInput['policies']): Record<string, PolicyConfig> {
  return namedMap(input, (policy, name) => {
    const { steps, repeat } = Array.isArray(policy) ? { steps: policy, repeat: 0 } : policy;
    return {
      name,
      steps: steps.map((step) => ({ afterMs: parseDuration(step.after) ?? 0, page: step.page.map(pageTarget) })),
      repeat,
    };
  });
}

export function buildRoles(ctx: BuildContext, roles: ConfigInput['roles']): Omit<RolesConfig, 'permissions'> {
  const members = (role: 'viewer' | 'operator' | 'admin' | 'approver'): readonly Principal[] =>
    roles[role].flatMap((text, i) => principal(ctx, text, ['roles', role, i]));
  return {
    viewer: members('viewer'),
    operator: members('operator'),
    admin: members('admin'),
    approver: members('approver'),
    default: roles.default,
  };
}

export function principal(ctx: BuildContext, text: string, path: Path): readonly Principal[] {
  const target = pageTarget(text);
  if (target.kind !== 'channel' && target.kind !== 'here') return [target];
  ctx.problem(path, (m) => m.config.noPerson);
  return [];
}
