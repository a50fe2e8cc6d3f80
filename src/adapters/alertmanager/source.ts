import { z } from 'zod';
import type { AlertSource } from '../../ports/alert-source.ts';

const Alerts = z.array(z.looseObject({ fingerprint: z.string() }));
const LIMIT_MS = 3_000;

/** Asks `GET /api/v2/alerts` of each member, at the same time. */
export function createAlertSource(name: string, api: readonly string[], request: typeof fetch = fetch): AlertSource {
  return {
    name,
    async active(signal) {
      const answers = await Promise.all(api.map((base) => ask(base, signal, request)));
      return {
        fingerprints: new Set(answers.flatMap((answer) => answer ?? [])),
        complete: answers.every((answer) => answer !== undefined),
      };
    },
  };
}

/** `undefined`: no answer that can be understood. */
async function ask(base: string, signal: AbortSignal, request: typeof fetch): Promise<readonly string[] | undefined> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
    const answer = await request(`${base}/api/v2/alerts`, { signal: limit });
    if (!answer.ok) return undefined;
    return Alerts.safeParse(await answer.json()).data?.map((alert) => alert.fingerprint);
  } catch {
    return undefined;
  }
}
