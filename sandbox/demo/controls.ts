import type { PageControls } from '../page/server.ts';
import { BREAKAGES, type Breakage } from './breakages.ts';
import { CRITICAL, TEAM } from './scenario.ts';
import type { Demo } from './start.ts';
import { type WorkloadState, workloads } from './states.ts';

const MINUTE_MS = 60_000;
const MOST_MINUTES = 24 * 60;

type Body = Readonly<Record<string, unknown>>;
type Deed = (demo: Demo, body: Body) => Promise<string | undefined> | string | undefined;

/** What the buttons of the panel do, by the name in `what`. */
const DEEDS: Readonly<Record<string, Deed>> = {
  break: (demo, body) => withBreakage(body, (one) => one.break(demo)),
  mend: (demo, body) => withBreakage(body, (one) => one.mend(demo)),
  fire({ alertmanager }) {
    alertmanager.fire(CRITICAL.labels, CRITICAL.annotations);
    return undefined;
  },
  resolve({ alertmanager }) {
    alertmanager.resolve(CRITICAL.labels);
    return undefined;
  },
  async advance(demo, body) {
    const minutes = body['minutes'];
    if (typeof minutes !== 'number' || !(minutes > 0 && minutes <= MOST_MINUTES))
      return `minutes must be a number from 1 to ${MOST_MINUTES}`;
    await demo.advance(minutes * MINUTE_MS);
    return undefined;
  },
  async renew(demo) {
    await demo.renew();
    return undefined;
  },
};

/** The world outside of Slack, for the page. */
export function controlsOf(demo: Demo): PageControls {
  return {
    state: () => ({
      startedAt: demo.startedAt,
      people: TEAM.map(({ id, role }) => ({ id, role })),
      workloads: workloads(demo.cluster.world).map((one) => shown(demo, one)),
      breakages: BREAKAGES.map((one) => ({ id: one.id, name: one.name, about: one.about, broken: one.isBroken(demo) })),
      firing: demo.alertmanager.firing,
      critical: { name: CRITICAL.labels['alertname'], firing: demo.alertmanager.fires(CRITICAL.labels) },
      movedMinutes: Math.round(demo.movedMs() / MINUTE_MS),
    }),
    listen: (listener) => demo.listen(listener),
    async perform(what, body) {
      const deed = Object.hasOwn(DEEDS, what) ? DEEDS[what] : undefined;
      await demo.settled;
      return deed ? deed(demo, body) : `there is no "${what}" (but: ${Object.keys(DEEDS).join(', ')})`;
    },
  };
}

/** What is watched beside a workload, and runs in it: the shop's database. */
const SERVES: Readonly<Partial<Record<string, string>>> = { 'payments/db': 'orders' };

function shown(demo: Demo, { crashing: _crashing, refused: _refused, ...one }: WorkloadState): object {
  const { namespace, name, kind } = one;
  const { labels } = CRITICAL;
  const isCritical = labels['namespace'] === namespace && labels[kind] === name && demo.alertmanager.fires(labels);
  const watched = `${namespace}/${name}`;
  const firing = isCritical || demo.watcher.isFiring(watched) || demo.watcher.isFiring(SERVES[watched] ?? '');
  return { ...one, firing };
}

async function withBreakage({ id }: Body, act: (one: Breakage) => Promise<void> | void): Promise<string | undefined> {
  const found = BREAKAGES.find((one) => one.id === id);
  if (!found) return `there is no breakage "${String(id)}" (but: ${BREAKAGES.map((one) => one.id).join(', ')})`;
  await act(found);
  return undefined;
}
