import { knownSecrets } from '../../src/app/known-secrets.ts';
import { loadFromEnvironment } from '../../src/app/load.ts';
import { createLog } from '../../src/app/log.ts';
import { actionNames, commandNames, targetOnlyActions } from '../../src/app/modules.ts';
import { startApp } from '../../src/app/start.ts';
import { loadConfig } from '../../src/config/load.ts';
import { formatProblems } from '../../src/config/problem.ts';
import { UNLIMITED } from '../support/limits.ts';
import type { Answered, Asked, Measured } from './support/messages.ts';
import { longestTurn } from './support/turns.ts';

/**
 * The whole program in a process of its own, as `serve` starts it but for the pace of what it sends; so its memory and its
 * event loop can be measured. Talks to its parent by IPC; its log is on stdout.
 */
const needs = ['database', 'slack', 'sources'] as const;
const load = () => loadFromEnvironment({ env: process.env, needs });
const loaded = load();
if (!loaded.config) throw new Error(formatProblems(loaded.problems, 'en').join('\n'));
const secrets = knownSecrets();
secrets.learn(loaded.config);
const log = createLog('debug', secrets.mask);
// As in `serve`; here each of them is also a failure of the suite.
process.on('unhandledRejection', (error) => log.error({ err: error }, 'a rejection was not handled'));

const app = await startApp({
  config: loaded.config,
  load,
  log,
  roles: ['web', 'worker'],
  env: process.env,
  secrets,
  limits: UNLIMITED,
});
const turns = longestTurn();

const answers = {
  measure: (): Measured => {
    globalThis.gc?.();
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    return { heapMiB: heapUsed / 2 ** 20, rssMiB: rss / 2 ** 20, ...turns() };
  },
  reload: () => ({ outcome: app.live.reload() }),
  config: ({ yaml }: { readonly yaml: string }) => {
    const began = process.cpuUsage();
    const readFile = (path: string): string => {
      if (path !== 'hikeshi.yaml') throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return yaml;
    };
    const result = loadConfig({
      path: 'hikeshi.yaml',
      env: process.env,
      readFile,
      needs,
      commands: commandNames(),
      actions: actionNames(),
      targetOnly: targetOnlyActions(),
    });
    return { problems: formatProblems(result.problems ?? [], 'en'), cpuMs: process.cpuUsage(began).user / 1_000 };
  },
};

const tell = (answered: Answered): void => void process.send?.(answered);
process.on('message', (asked: Asked) => {
  try {
    if (asked.ask === 'stop') return void app.stop().then(() => process.disconnect());
    const value = asked.ask === 'config' ? answers.config(asked) : answers[asked.ask]();
    tell({ id: asked.id, value });
  } catch (error) {
    tell({ id: asked.id, thrown: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
tell({ id: 0, value: { port: app.port } });
