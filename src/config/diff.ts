/** What a reload would change. */
import type { Config } from './config.ts';
import { Secret } from './secret.ts';

export interface ConfigDiff {
  /** Top-level parts that differ, those of the environment one by one: `routing`, `sources`, `env.port`. */
  readonly changed: readonly string[];
  /** Those of `changed` that a running process keeps as they were until it is started anew. */
  readonly restart: readonly string[];
}

/** Connections, listeners and clients are made once, at the start; the rest is read anew for each event. */
const RESTART: ReadonlySet<string> = new Set([
  'environments',
  'disabledCommands',
  'maxBody',
  'env.port',
  'env.host',
  'env.embedded',
  'env.databaseUrl',
  'env.databaseMigrateUrl',
  'env.databaseConnections',
  'env.redis',
  'env.slack',
  'env.logLevel',
  'env.production',
  'env.dataDir',
]);

/** Secrets are compared by value and never shown. Of an environment only its clusters and databases need a restart. */
export function diffConfig(before: Config, after: Config): ConfigDiff {
  const a = parts(before);
  const b = parts(after);
  const changed = [...new Set([...a.keys(), ...b.keys()])].filter((part) => a.get(part) !== b.get(part));
  const restart = changed.filter(
    (part) => RESTART.has(part) && (part !== 'environments' || connections(before) !== connections(after)),
  );
  return { changed, restart };
}

function parts(config: Config): Map<string, string> {
  const { file: _, env, ...rest } = config;
  const reveal = (secret: Secret): string => secret.reveal();
  return new Map([
    ...Object.entries(rest).map(([part, value]): [string, string] => [part, canonical(value, reveal)]),
    ...Object.entries(env).map(([part, value]): [string, string] => [`env.${part}`, canonical(value, reveal)]),
  ]);
}

function connections(config: Config): string {
  return canonical(
    Object.values(config.environments).map(({ name, namespaces, clusters, databases }) => ({
      name,
      namespaces,
      clusters,
      databases,
    })),
    (secret) => secret.reveal(),
  );
}

/** JSON with sorted keys; functions (a matcher's `test`) follow from the rest and are left out. */
function canonical(value: unknown, secret: (value: Secret) => string): string {
  if (value instanceof Secret) return JSON.stringify(secret(value));
  if (Array.isArray(value)) return `[${value.map((part) => canonical(part, secret)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, part]) => typeof part !== 'function' && part !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part, secret)}`).join(',')}}`;
}
