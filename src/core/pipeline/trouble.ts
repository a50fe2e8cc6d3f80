import { randomBytes } from 'node:crypto';
import { cut } from '../../domain/content.ts';
import { RetryableError, UserError } from '../../domain/errors.ts';
import type { ActionOutcome, NotMade } from '../../domain/plan.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { PostgresError } from '../../ports/postgres.ts';
import type { PipelineDeps } from './deps.ts';

/** What an error of a cluster call means for an action. */
export type Trouble =
  /** Passes by itself; whether a change was made is not known. */
  | { readonly kind: 'away'; readonly system: string }
  /** The world said no: certainly nothing was changed. */
  | { readonly kind: 'refused'; readonly outcome: NotMade | Extract<ActionOutcome, { readonly kind: 'changed' }> }
  /** Ours. */
  | { readonly kind: 'fault'; readonly id: string };

export function troubleOf(deps: Pick<PipelineDeps, 'log'>, error: unknown): Trouble {
  if (error instanceof ClusterError) return clusterTrouble(error);
  if (error instanceof PostgresError) return databaseTrouble(error);
  if (error instanceof RetryableError) return { kind: 'away', system: error.system };
  if (error instanceof UserError) {
    return { kind: 'refused', outcome: { kind: 'impossible', code: error.code, params: error.params } };
  }
  const id = randomBytes(2).toString('hex');
  deps.log.error({ err: error, id }, 'an action met a fault');
  return { kind: 'fault', id };
}

function clusterTrouble({ kind, cluster, message }: ClusterError): Trouble {
  if (kind === 'away') return { kind: 'away', system: cluster };
  if (kind === 'changed') return { kind: 'refused', outcome: { kind: 'changed' } };
  return { kind: 'refused', outcome: { kind: 'rejected', cluster, code: kind, message: cut(message, 500) } };
}

/** A statement that was cut off may have been carried out all the same. */
function databaseTrouble({ kind, database, message }: PostgresError): Trouble {
  if (kind === 'away' || kind === 'full' || kind === 'slow') return { kind: 'away', system: database };
  if (kind === 'changed') return { kind: 'refused', outcome: { kind: 'changed' } };
  const said = { database, code: kind, message: cut(message, 500) };
  return { kind: 'refused', outcome: { kind: 'rejected-by-database', ...said } };
}
