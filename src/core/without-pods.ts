import { messageOf } from '../domain/content.ts';
import { type Target, targetKey } from '../domain/workload.ts';
import type { Catalog } from '../messages/catalog.ts';
import type { WorkloadRow } from '../ports/cluster.ts';
import { sayButton } from './ask/say.ts';
import type { Answered } from './define.ts';
import type { PodSearch } from './pod-search.ts';
import { bestFits } from './target-words.ts';
import type { Place } from './targets.ts';

type Idle = Target & Pick<WorkloadRow, 'desired'>;

const ALL = 20_000;

/** Where no pod was found: says so of the one workload that has the name and none; `undefined`: there is no such one, or several. */
export async function withoutPods(
  { places, looking, meant }: PodSearch,
  m: Catalog,
  signal: AbortSignal,
): Promise<Answered | undefined> {
  const readings = meant ? [meant] : looking.map(({ reading }) => reading);
  if (readings.length === 0) return undefined;
  const all = (await Promise.all(places.map((place) => workloadsOf(place, signal)))).flat();
  const named = all.filter(({ name }) => readings.some((reading) => reading.name === name));
  const [only, second] = bestFits(readings, named);
  if (!only || second) return undefined;
  const target = targetKey(only);
  const buttons = [
    sayButton(m.ops.describe.buttons.why, `why ${target}`),
    sayButton(m.list.next.describe({ name: only.name }), `describe ${target}`),
    ...(only.desired === 0 && only.kind !== 'DaemonSet'
      ? [sayButton(m.why.buttons.scale(1), `scale ${target} 1`)]
      : []),
  ];
  return messageOf(m.list.noPods({ target, desired: only.desired }), { kind: 'buttons', buttons });
}

async function workloadsOf({ environment, cluster, namespace }: Place, signal: AbortSignal): Promise<readonly Idle[]> {
  const query = { ...(namespace !== undefined && { namespace }), limit: ALL };
  // What cannot be asked says nothing: then what was looked for is not there.
  const rows = await cluster.workloads(query, { signal }).catch((): readonly WorkloadRow[] => []);
  return rows.map(({ ref, desired }) => ({ ...ref, environment, cluster: cluster.name, desired }));
}
