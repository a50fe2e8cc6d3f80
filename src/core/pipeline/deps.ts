import type { Inline } from '../../domain/content.ts';
import type { Principal } from '../../domain/principal.ts';
import { type ActionTarget, isDatabase, type Target } from '../../domain/workload.ts';
import { userError } from '../../messages/user-error.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { Db } from '../../ports/database.ts';
import type { ActionRules } from '../action-rules.ts';
import { type Databases, databasesMeant } from '../databases.ts';
import type { Action, Place, Role } from '../define.ts';
import type { Environments } from '../environments.ts';
import type { JobDeps } from '../jobs/define.ts';
import type { Wanted } from '../rights/may.ts';
import type { Rights, Why } from '../rights/types.ts';
import type { OnChecked } from './checks.ts';

/**
 * What the pipeline works with. Given once, at the composition root. Its `db` is the general pool: planning and running. What is
 * asked, clicked and submitted brings its own transaction.
 */
export interface PipelineDeps extends JobDeps {
  readonly environments: Environments;
  readonly databases: Databases;
  /** By verb. */
  readonly actions: ReadonlyMap<string, Action>;
  /**
   * What this principal may now. Bounded in time; nothing when nobody can say, which `why` tells from may not.
   * @throws RetryableError while another process has to be asked
   */
  readonly rightsOf: (principal: Principal, now: Date) => Promise<Rights & { readonly why?: Why }>;
  /** Whom to ask when one may not. */
  readonly whoMay: (
    needed: Role | 'approver',
    about?: { readonly wanted: Wanted; readonly target: ActionTarget },
  ) => readonly Inline[];
  /** People named as approvers, by Slack id: each is asked in a direct message too. */
  readonly approvers: (db: Db) => Promise<readonly string[]>;
  /** Where break-glass is called out besides, as `#name` or id. */
  readonly fallbackChannel: () => string;
  /** Read at the time: a reload counts at once. */
  readonly rules: (environment: string) => ActionRules;
  /** Wakes a worker for a job; may fail, the sweep finds the job all the same. */
  readonly wake: (jobId: string) => Promise<void>;
  /** Told what the safeguards of a request that somebody made took. */
  readonly onChecked?: OnChecked;
  /** How long beginning and executing may take together; default 20 s, well within a job's lease. */
  readonly executeWithinMs?: number;
  /** How long one looks whether a preview still holds before it is shown once more; default 5 s. */
  readonly compareWithinMs?: number;
}

type Places = Pick<PipelineDeps, 'environments' | 'databases'>;

/**
 * What an action on this target is given to act with.
 * @throws UserError `no-such-environment`, `no-such-cluster`, `no-databases`, `no-such-database`: config changed under a stored target
 */
export function placeOf({ environments, databases }: Places, target: ActionTarget): Place {
  if (!isDatabase(target)) return { cluster: clusterOf(environments, target) };
  const { environment, name } = target;
  const [found] = databasesMeant({ environment, database: name }, databases);
  return { postgres: found!.postgres };
}

/** @throws UserError `no-such-environment`, `no-such-cluster`: config changed under a stored target. */
export function clusterOf(environments: Environments, target: Target): Cluster {
  const environment = environments.get(target.environment);
  if (!environment) {
    const known = [...environments.keys()];
    throw userError('no-such-environment', { environment: target.environment, near: [], environments: known });
  }
  const cluster = environment.clusters.get(target.cluster);
  if (!cluster) {
    const clusters = [...environment.clusters.keys()];
    throw userError('no-such-cluster', { cluster: target.cluster, environment: environment.name, clusters });
  }
  return cluster;
}

/** The outside system that an action on this target talks to, as people know it. */
export function systemOf(target: ActionTarget): string {
  return isDatabase(target) ? target.name : target.cluster;
}

/** Wakes a worker after the commit; the queue being away delays it by a second, no more. */
export async function wakeWorker(
  deps: Pick<PipelineDeps, 'wake' | 'wakeOutbox' | 'log'>,
  jobId: number,
): Promise<void> {
  const { wake, wakeOutbox, log } = deps;
  wakeOutbox?.();
  try {
    await wake(String(jobId));
  } catch (error) {
    log.warn({ err: error, jobId }, 'the queue took no wake-up; the sweep will find the job');
  }
}
