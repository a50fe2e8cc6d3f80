import type { DatabaseNames } from '../domain/database-labels.ts';
import type { DatabaseTarget } from '../domain/workload.ts';
import { userError } from '../messages/user-error.ts';
import type { Postgres } from '../ports/postgres.ts';
import { nearest } from './nearest.ts';

/** The PostgreSQL servers that config names, by environment, then by name. An environment without any is not in it. */
export type Databases = ReadonlyMap<string, ReadonlyMap<string, Postgres>>;

/** Their names. */
export function namesOf(databases: Databases): DatabaseNames {
  return new Map([...databases].map(([environment, of]) => [environment, [...of.keys()]]));
}

export interface DatabaseQuestion {
  /** As config names it; absent: each of them. */
  readonly database?: string | undefined;
  /** The one that was typed, else the incident's or the channel's. */
  readonly environment?: string | undefined;
  /** What no name means, unless the environment is another one. */
  readonly own?: DatabaseTarget | undefined;
}

export interface FoundDatabase {
  readonly environment: string;
  readonly postgres: Postgres;
}

/** Every one that may be meant, at least one. @throws UserError with what there is when it is none */
export function databasesMeant(
  { database: named, environment, own }: DatabaseQuestion,
  databases: Databases,
): readonly FoundDatabase[] {
  if (databases.size === 0) throw userError('no-databases', {});
  const database = named ?? (own?.environment === environment ? own?.name : undefined);
  const places = environment === undefined ? [...databases.keys()] : [environment];
  const all = places.flatMap((place) =>
    [...(databases.get(place)?.values() ?? [])].map((postgres) => ({ environment: place, postgres })),
  );
  if (all.length === 0) throw userError('no-databases', { environment });
  const meant = database === undefined ? all : all.filter(({ postgres }) => postgres.name === database);
  if (meant.length > 0) return meant;
  const typed = database ?? '';
  const near = nearest(typed, new Set(all.map(({ postgres }) => postgres.name)));
  throw userError('no-such-database', { database: typed, near, databases: all.map(databaseWords) });
}

/** The one that is meant. @throws UserError with what there is when it is none or several */
export function databaseTarget(question: DatabaseQuestion, databases: Databases): DatabaseTarget {
  const meant = databasesMeant(question, databases);
  const [only, second] = meant;
  if (!only || second) throw userError('which-database', { databases: meant.map(databaseWords) });
  return { environment: only.environment, kind: 'Database', name: only.postgres.name };
}

/** As it is typed: `orders -e production`. */
export function databaseWords({ environment, postgres }: FoundDatabase): string {
  return `${postgres.name} -e ${environment}`;
}
