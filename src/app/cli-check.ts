import { formatProblem } from '../config/problem.ts';
import { clean } from '../domain/clean.ts';
import { type Finding, lookAtEverything } from './check.ts';
import { loadFromEnvironment, printProblems } from './load.ts';
import { rulesInWords } from './rules-in-words.ts';

/** Looks at config and every connection; answers the exit code. */
export async function runCheck(options: { readonly embedded?: boolean }): Promise<number> {
  const loaded = loadFromEnvironment({ env: process.env, embedded: options.embedded ?? false });
  if (!loaded.config) return printProblems(loaded.problems);
  print({ what: 'config', ok: true, detail: loaded.config.file });
  for (const warning of loaded.warnings) print({ what: 'config', ok: 'warning', detail: formatProblem(warning) });
  for (const line of rulesInWords(loaded.config)) process.stdout.write(clean(`        ${line}\n`));
  const findings = await lookAtEverything(loaded.config, process.env, print);
  const wrong = findings.filter((f) => f.ok === false).length;
  process.stdout.write(wrong === 0 ? 'all is well\n' : `${wrong} ${wrong === 1 ? 'problem' : 'problems'}\n`);
  return wrong === 0 ? 0 : 1;
}

const MARK = { true: 'ok     ', warning: 'warning', false: 'WRONG  ' } as const;

function print(finding: Finding): void {
  const remedy = finding.remedy ? `\n         remedy: ${finding.remedy}` : '';
  process.stdout.write(clean(`${MARK[`${finding.ok}`]} ${finding.what}: ${finding.detail}${remedy}\n`));
}
