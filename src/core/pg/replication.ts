import type { Block, Text } from '../../domain/content.ts';
import type { Replication, Slot, Standby } from '../../domain/postgres.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { ageOf } from '../age.ts';
import { bytesText } from '../bytes.ts';
import type { Answered } from '../define.ts';
import { answerOf, hiddenNote, type Looking, tableOf } from './look.ts';

/** How far standbys lag, and what slots keep. */
export async function replicationLook({ postgres, where, signal, m, whole }: Looking): Promise<Answered> {
  const seen = await postgres.replication({ signal });
  const standbys = tableOf(
    whole,
    ['standby', 'lag', 'bytes', 'state', 'sync', 'client'],
    seen.standbys.map(standbyCells),
  );
  const slots = tableOf(whole, ['slot', 'active', 'keeps', 'wal'], seen.slots.map(slotCells));
  const blocks: Block[] = [
    ...(seen.standbys.length > 0 ? [standbys] : []),
    ...(seen.slots.length > 0 ? [slots] : []),
    ...abandoned(seen, m),
    ...hiddenNote(m, seen),
  ];
  return answerOf(headline(seen, where, m), ...blocks);
}

function headline({ following, standbys }: Replication, where: string, m: Catalog): Text {
  const words = m.pg.replication;
  if (following) {
    const { status, from, lagBytes, lagMs, paused } = following;
    const lag = lagMs === undefined ? undefined : ageOf(lagMs);
    if (status === '') return words.alone({ where, lag });
    return words.follows({ where, from, lag, bytes: bytesText(lagBytes), paused });
  }
  const worst = Math.max(0, ...standbys.map(({ lagMs }) => lagMs ?? 0));
  return words.primary({ where, standbys: standbys.length, lag: ageOf(worst) });
}

/** A slot that nobody reads keeps WAL until the disk is full. */
function abandoned({ slots }: Replication, m: Catalog): readonly Block[] {
  const [first] = slots.filter(({ active }) => !active);
  if (!first) return [];
  return [
    { kind: 'text', text: m.pg.replication.abandoned({ name: first.name, bytes: bytesText(first.retainedBytes) }) },
  ];
}

function standbyCells({ application, client, state, sync, lagBytes, lagMs }: Standby): readonly string[] {
  return [application || '-', lagMs === undefined ? '0s' : ageOf(lagMs), bytesText(lagBytes), state, sync, client];
}

function slotCells({ name, active, retainedBytes, walStatus }: Slot): readonly string[] {
  return [name, active ? 'yes' : 'no', bytesText(retainedBytes), walStatus || '-'];
}
