import { type AlertApi, startAlertApi } from './alertmanager.api.ts';
import type { Bench } from './bench.ts';
import type { Dice } from './dice.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { type Site, type SiteOptions, team } from './site.ts';

export interface StageOptions {
  readonly channels: readonly string[];
  readonly dice: Dice;
  /** Members of the Alertmanager cluster; default 1. */
  readonly copies?: number;
  readonly options?: (site: SiteOptions) => SiteOptions | Promise<SiteOptions>;
}

/** A site and the Alertmanagers in front of it, whose API says what fires. Everything is closed when `work` is done. */
export async function onStage<T>(
  bench: Bench,
  { channels, dice, copies, options = (site) => site }: StageOptions,
  work: (site: Site, fleet: Fleet, api: AlertApi) => Promise<T>,
): Promise<T> {
  let fleet: Fleet | undefined;
  const api = await startAlertApi(() => fleet?.active ?? []);
  try {
    const base = team(channels);
    const config = `${base.config ?? ''}sources: {default: {api: ['${api.url}']}}\n`;
    return await bench.within(await options({ ...base, config }), async (site) => {
      fleet = createFleet({ site, dice, channels, ...(copies !== undefined && { copies }) });
      return work(site, fleet, api);
    });
  } finally {
    fleet?.stop();
    await api.close();
  }
}
