import type { Logger } from 'pino';
import { createSilencer } from '../adapters/alertmanager/silencer.ts';
import { createAlertSource } from '../adapters/alertmanager/source.ts';
import type { SourceCredentials } from '../adapters/http/authorize.ts';
import { channelRef } from '../alerts/route.ts';
import type { AlertRules } from '../alerts/rules.ts';
import type { Config } from '../config/config.ts';
import { diffConfig } from '../config/diff.ts';
import type { LoadResult } from '../config/load.ts';
import { formatProblems, type Problem } from '../config/problem.ts';
import { startLoop } from '../core/wake.ts';
import type { RouteNode } from '../domain/routing.ts';
import type { Timetable } from '../domain/timed-task.ts';
import type { AlertSource } from '../ports/alert-source.ts';
import type { Silencer } from '../ports/silencer.ts';
import type { Cleanups } from './cleanups.ts';
import { alertRules, apiAuthorization, credentials, timetableOf } from './rules.ts';

/** The running config and what follows from it, replaced whole at a reload. */
export interface Live {
  config(): Config;
  rules(): AlertRules;
  credentials(): ReadonlyMap<string, SourceCredentials>;
  alertSources(): ReadonlyMap<string, AlertSource>;
  silencers(): ReadonlyMap<string, Silencer>;
  timetable(): Timetable;
  /** Loads the file again. A bad one is refused aloud and the running one stays. */
  reload(): 'unchanged' | 'reloaded' | 'refused';
  /** Why the file on disk is not what runs: for `/ready`. */
  refused(): string | undefined;
}

interface Derived {
  readonly config: Config;
  readonly rules: AlertRules;
  readonly credentials: ReadonlyMap<string, SourceCredentials>;
  readonly sources: ReadonlyMap<string, AlertSource>;
  readonly silencers: ReadonlyMap<string, Silencer>;
  readonly timetable: Timetable;
}

/** @param onRefused told once for each way in which the file is wrong, in the language of the config that runs */
export function liveConfig(
  first: Config,
  load: () => LoadResult,
  log: Logger,
  onRefused: (problems: readonly string[]) => void,
): Live {
  let now = derive(first);
  let refused: string | undefined;
  const refuse = (found: readonly Problem[]): 'refused' => {
    const problems = formatProblems(found, 'en');
    const why = problems.join('\n');
    if (refused !== why) {
      log.error({ problems }, 'the changed config is refused; the running one stays');
      onRefused(formatProblems(found, now.config.slack.language));
    }
    refused = why;
    return 'refused';
  };
  return {
    config: () => now.config,
    rules: () => now.rules,
    credentials: () => now.credentials,
    alertSources: () => now.sources,
    silencers: () => now.silencers,
    timetable: () => now.timetable,
    refused: () => refused,
    reload() {
      const loaded = load();
      if (!loaded.config) return refuse(loaded.problems);
      refused = undefined;
      const { changed, restart } = diffConfig(now.config, loaded.config);
      if (changed.length === 0) return 'unchanged';
      now = derive(loaded.config);
      log.info({ changed }, 'config reloaded');
      if (restart.length > 0) log.warn({ restart }, 'these parts of the config need a restart to count');
      return 'reloaded';
    },
  };
}

function derive(config: Config): Derived {
  const asked = Object.values(config.sources)
    .filter((s) => s.api.length > 0)
    .map((s) => ({ name: s.name, api: s.api, authorization: apiAuthorization(s) }));
  return {
    config,
    rules: alertRules(config),
    credentials: credentials(config),
    sources: new Map(asked.map((s) => [s.name, createAlertSource(s)])),
    silencers: new Map(asked.map((s) => [s.name, createSilencer(s)])),
    timetable: timetableOf(config),
  };
}

const LOOK_EVERY_MS = 5_000;

/** Looks at the file each 5 s, by its content: editors and config maps replace files in their own ways. */
export function watchConfig(live: Live, log: Logger, cleanups: Cleanups): void {
  const loop = startLoop({
    name: 'config',
    everyMs: LOOK_EVERY_MS,
    onError: (error) => log.error({ err: error }, 'the config file could not be looked at'),
    work: async () => {
      live.reload();
      return false;
    },
  });
  cleanups.add('config watch', (ms) => loop.stop(ms));
}

/** Every channel that config names, each once, as the outbox names them. */
export function configChannels(config: Config): readonly string[] {
  const ofRoutes = (node: RouteNode): readonly string[] => [
    ...(node.channel ? [node.channel] : []),
    ...node.routes.flatMap(ofRoutes),
  ];
  const all = [
    config.slack.channel,
    config.slack.fallback,
    ...(config.audit.channel === undefined ? [] : [config.audit.channel]),
    ...config.channels.allowed,
    ...Object.values(config.environments).flatMap(({ actionsIn }) => actionsIn ?? []),
    ...Object.values(config.timetable).map(({ channel }) => channel),
    ...ofRoutes(config.routing.root),
  ];
  return [...new Set(all.map(channelRef))];
}
