import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';

/** Where Alertmanager may post, one address for each source; a proxy before it may have another. */
export function postTo({ sources, env }: Config, port: number): readonly string[] {
  const host = env.host ?? hostname();
  const base = `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}/webhooks/alertmanager`;
  const names = Object.keys(sources);
  return names.map((name) => (names.length === 1 || name === 'default' ? base : `${base}/${name}`));
}
