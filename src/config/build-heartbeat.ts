import { parseDuration } from '../domain/duration.ts';
import type { BuildContext } from './build-context.ts';
import type { HeartbeatConfig } from './config.ts';
import type { ConfigInput } from './schema.ts';

const SHORTEST_MS = 10_000;
const LONGEST_MS = 3_600_000;

/** `undefined`: none is wanted, or this start does not need it (`hikeshi route`). Its URL is a secret: no problem shows it. */
export function buildHeartbeat(ctx: BuildContext, input: ConfigInput['heartbeat']): HeartbeatConfig | undefined {
  if (!input) return undefined;
  const everyMs = parseDuration(input.every) ?? 0;
  if (everyMs < SHORTEST_MS || everyMs > LONGEST_MS)
    ctx.problem(['heartbeat', 'every'], (m) => m.config.heartbeat.every);
  const variable = input.url;
  const url = ctx.env.secret(variable);
  if (!ctx.needs.includes('slack')) return undefined;
  const path = ['heartbeat', 'url'];
  if (!url) {
    ctx.problem(path, (m) => m.config.unset({ variable }));
    return undefined;
  }
  if (!isHttp(url.reveal())) ctx.problem(path, (m) => m.config.heartbeat.url({ variable }));
  return { url, everyMs };
}

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
