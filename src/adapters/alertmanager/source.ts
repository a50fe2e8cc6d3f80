import { z } from 'zod';
import type { AlertSource } from '../../ports/alert-source.ts';

const Alerts = z.array(z.looseObject({ fingerprint: z.string() }));
const LIMIT_MS = 3_000;

/** Asks `GET /api/v2/alerts` of each member. Suppressed alerts count as active: they have not ended. */
export function createAlertSource(name: string, api: readonly string[], request: typeof fetch = fetch): AlertSource {
  return {
    name,
    async isActive(fingerprint, signal) {
      const answers = await Promise.all(api.map((base) => ask(base, fingerprint, signal, request)));
      if (answers.includes('active')) return 'active';
      return answers.every((a) => a === 'absent') ? 'absent' : 'unknown';
    },
  };
}

async function ask(
  base: string,
  fingerprint: string,
  signal: AbortSignal,
  request: typeof fetch,
): Promise<'active' | 'absent' | 'unknown'> {
  try {
    const answer = await request(`${base}/api/v2/alerts`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
    });
    if (!answer.ok) return 'unknown';
    const alerts = Alerts.safeParse(await answer.json());
    if (!alerts.success) return 'unknown';
    return alerts.data.some((a) => a.fingerprint === fingerprint) ? 'active' : 'absent';
  } catch {
    return 'unknown';
  }
}
