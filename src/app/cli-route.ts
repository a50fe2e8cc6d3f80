import { parseNotification } from '../alerts/parse.ts';
import { routeBody } from '../alerts/try-route.ts';
import { suggestion } from '../config/problem.ts';
import { plainText } from '../core/wording.ts';
import { clean, visibleJson } from '../domain/clean.ts';
import type { RouteAnswer } from '../domain/route-answer.ts';
import { maskedJson } from '../domain/secrets.ts';
import { AS_WRITTEN, explainRoute } from '../incidents/explain-route.ts';
import { sentences } from '../messages/catalog.ts';
import { loadFromEnvironment, printProblems } from './load.ts';
import { alertRules } from './rules.ts';
import { wrong } from './stderr.ts';

interface RouteOptions {
  readonly json?: boolean;
  readonly source?: string;
}

/** Says what a webhook body would do; answers the exit code: 1 for a body that would be refused, 2 for a source that is not there. */
export async function runRoute(
  file: string,
  options: RouteOptions,
  readFile: (path: string | number) => Buffer,
): Promise<number> {
  const loaded = loadFromEnvironment({ env: process.env, needs: [] });
  if (!loaded.config) return printProblems(loaded.problems);
  const known = Object.keys(loaded.config.sources);
  const source = options.source ?? known[0] ?? 'default';
  if (options.source !== undefined && !known.includes(source))
    return wrong(`--source: there is no source "${source}"; ${suggestion(source, known, '')}`);
  const bytes = readOr(file, readFile);
  if (!bytes)
    return wrong(`${nameOf(file)}: cannot be read; give a file that holds a webhook body, or - for standard input`, 1);
  const parsed = parseNotification(bytes, source, new Date());
  if (parsed.kind === 'refused') {
    const why = `would be refused with 400 (${parsed.reason}); a body is a JSON object with an alerts array`;
    return wrong(`${nameOf(file)}: ${why}`, 1);
  }
  const notification = parsed.kind === 'ok' ? parsed.notification : parsed.partial;
  if (notification.alerts.length === 0) {
    process.stdout.write(options.json ? '[]\n' : 'nothing would happen: no alerts in the body\n');
    return 0;
  }
  const unread = parsed.kind === 'quarantine' ? [{ code: 'quarantined' as const, value: parsed.reason }] : [];
  const answers = routeBody(alertRules(loaded.config), notification).map((answer) => ({
    ...answer,
    notes: [...answer.notes, ...unread],
  }));
  process.stdout.write(
    options.json ? `${visibleJson(JSON.stringify(maskedJson(answers), null, 2))}\n` : inWords(answers),
  );
  return 0;
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}

function readOr(file: string, readFile: (path: string | number) => Buffer): Buffer | undefined {
  try {
    return readFile(file === '-' ? 0 : file);
  } catch {
    return undefined;
  }
}

/** The words of `/ops route`, with the names as the config has them. */
function inWords(answers: readonly RouteAnswer[]): string {
  const { lines, notes } = explainRoute(answers, sentences('en'), AS_WRITTEN);
  return `${[...lines, ...notes].map((line) => clean(plainText(line))).join('\n')}\n`;
}
