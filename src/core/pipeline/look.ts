import type { Button, Text } from '../../domain/content.ts';
import type { ActionOutcome } from '../../domain/plan.ts';
import { type DatabaseTarget, isDatabase, type Target, targetKey } from '../../domain/workload.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { sayButton } from '../ask/say.ts';
import type { ActionRow } from './records.ts';

/** Where to look when an action has not ended well, as buttons: a slash command cannot be typed in a thread. */
export function lookButtons(
  m: Catalog,
  { target }: Pick<ActionRow, 'target'>,
  outcome: ActionOutcome,
): readonly Button[] {
  if (isDatabase(target)) return buttonsOfDatabase(m, target, outcome);
  const key = targetKey(target);
  const why = sayButton(m.list.next.why(target), `why ${key}`);
  const pods = sayButton(m.list.next.pods(target), `pods ${key}`);
  switch (outcome.kind) {
    case 'unhealthy':
    case 'late':
    case 'overruled':
      return [why];
    case 'gone':
      return [others(m, target)];
    case 'cancelled':
      return outcome.executed ? [why, pods] : [];
    case 'unknown':
      return outcome.executed === 'yes' ? [why, pods] : [yaml(m, key), pods];
    case 'error':
      return outcome.executed ? [yaml(m, key), pods] : [];
    default:
      return [];
  }
}

/** The first of them, as the next step. */
export function lookLine(m: Catalog, row: Pick<ActionRow, 'target'>, outcome: ActionOutcome): readonly Text[] {
  const [first] = lookButtons(m, row, outcome);
  return first ? [m.action.next.look(first.label)] : [];
}

const yaml = (m: Catalog, key: string): Button => sayButton(m.why.buttons.yaml, `yaml ${key}`);

function buttonsOfDatabase(
  m: Catalog,
  { name, environment }: DatabaseTarget,
  outcome: ActionOutcome,
): readonly Button[] {
  const ended =
    outcome.kind === 'late' || outcome.kind === 'unknown' || ('executed' in outcome && outcome.executed === true);
  return ended ? [sayButton(m.pg.look.connections, `pg connections ${name} -e ${environment}`)] : [];
}

function others(m: Catalog, { environment, cluster, namespace }: Target): Button {
  return sayButton(m.list.allOf({ namespace }), `workloads -n ${namespace} -e ${environment} --cluster ${cluster}`);
}
