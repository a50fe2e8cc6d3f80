import { testLabels } from '../alerts/test-alert.ts';
import { meant } from '../config/problem.ts';
import { labelsOf } from '../core/ask/labels.ts';
import { clean } from '../domain/clean.ts';
import { formatDuration, parseDuration } from '../domain/duration.ts';
import { UserError } from '../domain/errors.ts';
import { DEFAULT_TEST_MS, LONGEST_TEST_MS, SHORTEST_TEST_MS } from '../domain/test-alert.ts';
import { sentences } from '../messages/catalog.ts';
import { type Asked, languageFor, loadFromEnvironment, printProblems } from './load.ts';
import { withDatabase } from './offline-store.ts';
import { alertRules } from './rules.ts';
import { wrong } from './stderr.ts';
import { postTestAlert, waitShown } from './test-alert.ts';

export interface TestAlertOptions extends Asked {
  readonly page?: boolean;
  readonly lasts?: string;
  readonly source?: string;
  readonly url?: string;
  readonly embedded?: boolean;
}

/** Posts a test alert to the running program and waits for its post; answers the exit code. */
export async function runTestAlert(
  severity: string,
  words: readonly string[],
  options: TestAlertOptions,
): Promise<number> {
  const { embedded = false } = options;
  const loaded = loadFromEnvironment({ env: process.env, asked: options, embedded, needs: ['database', 'sources'] });
  if (!loaded.config) return printProblems(loaded, process.env, options);
  const { cli, found } = sentences(languageFor(loaded, process.env, options));
  const { config } = loaded;
  const names = Object.keys(config.sources);
  const name = options.source ?? names[0]!;
  const source = config.sources[name];
  if (!source) return wrong(cli.noSource({ name, meant: meant(name, names) }));
  const { url } = options;
  if (url !== undefined && !isHttp(url)) return wrong(cli.noHttp({ url }));
  const lastsMs = options.lasts === undefined ? DEFAULT_TEST_MS : (parseDuration(options.lasts) ?? 0);
  if (lastsMs < SHORTEST_TEST_MS || lastsMs > LONGEST_TEST_MS)
    return wrong(cli.lasts({ least: formatDuration(SHORTEST_TEST_MS), most: formatDuration(LONGEST_TEST_MS) }));
  const more = readLabels(words);
  if (more === undefined) return wrong(cli.labels);
  const labels = testLabels(alertRules(config), severity, more);
  if (!labels) return wrong(cli.noSeverity({ severity }));
  const sending = { source, ...(url !== undefined && { url }) };
  const said = found.test;
  const sent = await postTestAlert(config, sending, { labels, pages: options.page ?? false, lastsMs }, said);
  if (typeof sent !== 'number') return wrong(`${sent.why}; ${sent.remedy}`, 1);
  return withDatabase({ embedded, asked: options, as: 'app' }, async (db) => {
    const { ok, detail, remedy } = await waitShown(db, sent, said);
    if (ok !== true) return wrong(`${detail}; ${remedy ?? ''}`, 1);
    process.stdout.write(`${clean(said.resolves({ shown: detail, lasts: formatDuration(lastsMs) }))}\n`);
    return 0;
  });
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function readLabels(words: readonly string[]): ReturnType<typeof labelsOf> | undefined {
  try {
    return labelsOf(words);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
