import { createHash } from 'node:crypto';
import type { ActionPlan } from '../../domain/plan.ts';

/** Everything that a yes is given to; a sha256 over it, in hex. Effect and warnings are words about it and not part. */
export function digestOf(verb: string, args: unknown, plan: Pick<ActionPlan, 'target' | 'touches'>): string {
  const text = canonical({ verb, args, target: plan.target, touches: plan.touches });
  return createHash('sha256').update(text).digest('hex');
}

/** JSON with keys in order and absent values left out: the same for the same meaning, whoever wrote it. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isRecord(inner) ? sorted(inner) : inner)) ?? 'null';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
