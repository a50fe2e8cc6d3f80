import type { PageControls } from '../page/server.ts';
import { CRITICAL, crashCheckout, hundred, TEAM } from './scenario.ts';
import type { Demo } from './start.ts';
import { workloads } from './watcher.ts';

const MINUTE_MS = 60_000;
const MOST_MINUTES = 24 * 60;

type Deed = (demo: Demo, body: Readonly<Record<string, unknown>>) => Promise<string | undefined> | string | undefined;

/** What the buttons on top of the page do, by the name in `what`. */
const DEEDS: Readonly<Record<string, Deed>> = {
  break({ cluster }) {
    crashCheckout(cluster.world);
    return undefined;
  },
  mend({ cluster }) {
    cluster.world.mend('shop', 'checkout');
    return undefined;
  },
  fire({ alertmanager }) {
    alertmanager.fire(CRITICAL.labels, CRITICAL.annotations);
    return undefined;
  },
  resolve({ alertmanager }) {
    alertmanager.resolve(CRITICAL.labels);
    for (const { labels } of hundred()) alertmanager.resolve(labels);
    return undefined;
  },
  many({ alertmanager }) {
    for (const { labels, annotations } of hundred()) alertmanager.fire(labels, annotations);
    return undefined;
  },
  async advance(demo, body) {
    const minutes = body['minutes'];
    if (typeof minutes !== 'number' || !(minutes > 0 && minutes <= MOST_MINUTES))
      return `minutes must be a number from 1 to ${MOST_MINUTES}`;
    await demo.advance(minutes * MINUTE_MS);
    return undefined;
  },
};

/** The world outside of Slack, for the page. */
export function controlsOf(demo: Demo): PageControls {
  return {
    state: () => ({
      people: TEAM.map(({ id, role }) => ({ id, role })),
      workloads: workloads(demo.cluster.world).map(({ crashing: _crashing, ...shown }) => shown),
      firing: demo.alertmanager.firing,
      movedMinutes: Math.round(demo.movedMs() / MINUTE_MS),
    }),
    listen: (listener) => demo.listen(listener),
    async perform(what, body) {
      const deed = Object.hasOwn(DEEDS, what) ? DEEDS[what] : undefined;
      return deed ? deed(demo, body) : `there is no "${what}" (but: ${Object.keys(DEEDS).join(', ')})`;
    },
  };
}
