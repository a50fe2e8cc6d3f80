import type { Logger } from 'pino';
import { formatProblem } from '../config/problem.ts';
import { within } from '../core/wake.ts';
import { UserError } from '../domain/errors.ts';
import { type Catalog, sentences } from '../messages/catalog.ts';
import { knownSecrets } from './known-secrets.ts';
import { type Asked, languageAsked, languageFor, loadFromEnvironment, printProblems } from './load.ts';
import { createLog } from './log.ts';
import { type App, startApp } from './start.ts';
import { wordsOf, wrong } from './stderr.ts';
import type { Role } from './web.ts';

const ROLES: readonly Role[] = ['web', 'worker'];
/** Load balancers take a few seconds to see that we are not ready; all together stays under 10 s. */
const DRAIN_MS = 5_000;
const STOP_MS = 3_900;

export interface ServeOptions extends Asked {
  readonly roles: string;
  readonly embedded?: boolean;
}

/** Runs until a signal; answers the exit code. */
export async function runServe(options: ServeOptions): Promise<number> {
  const roles = options.roles.split(',').map((r) => r.trim());
  const unknown = roles.find((r) => !ROLES.includes(r as Role));
  if (unknown !== undefined) return wrong(sentences(languageAsked(options)).cli.noRole({ role: unknown }));
  const { embedded = false } = options;
  const load = () => loadFromEnvironment({ env: process.env, asked: options, embedded });
  const loaded = load();
  if (!loaded.config) return printProblems(loaded, process.env, options);
  const secrets = knownSecrets();
  secrets.learn(loaded.config);
  const log = createLog(loaded.config.env.logLevel, secrets.mask);
  for (const warning of loaded.warnings) log.warn({ path: warning.path }, formatProblem(warning, 'en'));
  guard(log);
  // From the first moment: `/ready` answers before everything has started, and who reads it may signal at once.
  const signalled = untilSignalled();
  let running: App | undefined;
  process.on('SIGHUP', () => running?.live.reload());
  try {
    const { config } = loaded;
    const starting = startApp({ config, load, log, roles: roles as Role[], env: process.env, secrets });
    running = await Promise.race([starting, signalled.then(() => undefined)]);
    if (running) return await stopWhen(signalled, running, DRAIN_MS, log);
    // Nobody has been told that it is ready; what has begun is let finish for a while.
    return await stopWhen(signalled, await begun(STOP_MS, starting), 0, log);
  } catch (error) {
    const { cli } = sentences(languageFor(loaded, process.env, options));
    const why = secrets.mask(startTrouble(error, cli.start));
    // Where in the code it was noticed that somebody has to mend something says nothing to anybody.
    log.fatal(isOurs(error) ? { err: error } : { why }, 'could not start');
    return wrong(cli.start.not({ why }), 1);
  }
}

function startTrouble(error: unknown, said: Catalog['cli']['start']): string {
  if (error instanceof UserError && typeof error.params['remedy'] === 'string')
    return `${error.code}: ${error.params['remedy']}`;
  const { code, port } = error as { readonly code?: string; readonly port?: number };
  if (code === 'EADDRINUSE' && port !== undefined) return said.taken({ port });
  if (code === 'EACCES' && port !== undefined) return said.forbidden({ port });
  return wordsOf(error);
}

/** Neither somebody's to mend nor told by the operating system, which names the call. */
function isOurs(error: unknown): boolean {
  return !(error instanceof UserError) && !(error instanceof Error && 'syscall' in error);
}

/**
 * The first signal that asks us to stop. A supervisor may signal the whole group, and npm and our runner pass it on: the same
 * signal comes twice. Stopping is bounded, so repeats are left without effect; Node's own answer to the second would be to drop
 * everything.
 */
function untilSignalled(): Promise<'SIGTERM' | 'SIGINT'> {
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve('SIGTERM'));
    process.on('SIGINT', () => resolve('SIGINT'));
  });
}

/** What began is let finish for a while; then there is nothing to stop in order. */
async function begun(limitMs: number, starting: Promise<App>): Promise<App | undefined> {
  return (await within(starting, limitMs, () => undefined, 0)) ? starting : undefined;
}

async function stopWhen(
  signalled: Promise<string>,
  app: App | undefined,
  drainMs: number,
  log: Logger,
): Promise<number> {
  const signal = await signalled;
  log.info({ signal }, 'stopping: not ready any more, finishing what is under way');
  await app?.stop({ drainMs: signal === 'SIGTERM' ? drainMs : 0, withinMs: STOP_MS });
  log.info('stopped');
  // Libraries keep timers of theirs for a second or more; everything of ours is finished.
  process.exit(0);
}

/** A rejection that nobody awaited is a defect, but never a reason to leave people without their alerts. */
function guard(log: Logger): void {
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a rejection was not handled'));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'an exception was not caught; stopping, the supervisor starts us again');
    process.exit(1);
  });
}
