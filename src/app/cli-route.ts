import { parseNotification } from '../alerts/parse.ts';
import { routeBody } from '../alerts/try-route.ts';
import { meant } from '../config/problem.ts';
import { plainText } from '../core/wording.ts';
import { clean, visibleJson } from '../domain/clean.ts';
import type { RouteAnswer } from '../domain/route-answer.ts';
import { maskedJson } from '../domain/secrets.ts';
import { AS_WRITTEN, explainRoute } from '../incidents/explain-route.ts';
import { type Catalog, sentences } from '../messages/catalog.ts';
import { type Asked, languageFor, loadFromEnvironment, printProblems } from './load.ts';
import { alertRules } from './rules.ts';
import { wrong } from './stderr.ts';

interface RouteOptions extends Asked {
  readonly json?: boolean;
  readonly source?: string;
}

/** Says what a webhook body would do; answers the exit code: 1 for a body that would be refused, 2 for a source that is not there. */
export async function runRoute(
  file: string,
  options: RouteOptions,
  readFile: (path: string | number) => Buffer,
): Promise<number> {
  const loaded = loadFromEnvironment({ env: process.env, asked: options, needs: [] });
  if (!loaded.config) return printProblems(loaded, process.env, options);
  const m = sentences(languageFor(loaded, process.env, options));
  const name = file === '-' ? m.cli.standardInput : file;
  const known = Object.keys(loaded.config.sources);
  const source = options.source ?? known[0] ?? 'default';
  if (options.source !== undefined && !known.includes(source))
    return wrong(m.cli.noSource({ name: source, meant: meant(source, known) }));
  const bytes = readOr(file, readFile);
  if (!bytes) return wrong(m.cli.unreadBody({ file: name }), 1);
  const parsed = parseNotification(bytes, source, new Date());
  if (parsed.kind === 'refused') return wrong(m.cli.refusedBody({ file: name, reason: parsed.reason }), 1);
  const notification = parsed.kind === 'ok' ? parsed.notification : parsed.partial;
  if (notification.alerts.length === 0) {
    process.stdout.write(options.json ? '[]\n' : `${m.cli.noAlerts}\n`);
    return 0;
  }
  const unread = parsed.kind === 'quarantine' ? [{ code: 'quarantined' as const, value: parsed.reason }] : [];
  const answers = routeBody(alertRules(loaded.config), notification).map((answer) => ({
    ...answer,
    notes: [...answer.notes, ...unread],
  }));
  process.stdout.write(
    options.json ? `${visibleJson(JSON.stringify(maskedJson(answers), null, 2))}\n` : inWords(answers, m),
  );
  return 0;
}

function readOr(file: string, readFile: (path: string | number) => Buffer): Buffer | undefined {
  try {
    return readFile(file === '-' ? 0 : file);
  } catch {
    return undefined;
  }
}

/** The words of `/ops route`, with the names as the config has them. */
function inWords(answers: readonly RouteAnswer[], m: Catalog): string {
  const { lines, notes } = explainRoute(answers, m, AS_WRITTEN);
  return `${[...lines, ...notes].map((line) => clean(plainText(line))).join('\n')}\n`;
}
