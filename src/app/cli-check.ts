import { formatProblem } from '../config/problem.ts';
import { clean } from '../domain/clean.ts';
import { type Catalog, sentences } from '../messages/catalog.ts';
import { type Finding, lookAt, STEPS } from './check.ts';
import { loadFromEnvironment, printProblems } from './load.ts';
import { rulesInWords } from './rules-in-words.ts';
import { lookAtTestAlert } from './test-alert.ts';

export interface CheckOptions {
  readonly embedded?: boolean;
  readonly sendTestAlert?: boolean;
}

/** Walks through a set-up, step by step; answers the exit code. */
export async function runCheck(options: CheckOptions): Promise<number> {
  const { embedded = false, sendTestAlert = false } = options;
  const loaded = loadFromEnvironment({ env: process.env, embedded });
  if (!loaded.config) return printProblems(loaded.problems);
  const { config, warnings } = loaded;
  const said = sentences(config.slack.language);
  const walk = createWalk(said.check);
  await walk.step('config', async (tell) => {
    tell({ what: 'config', ok: true, detail: config.file });
    for (const warning of warnings) tell({ what: 'config', ok: 'warning', detail: formatProblem(warning) });
    walk.lines(rulesInWords(config, said.rules));
  });
  for (const step of STEPS) await walk.step(step, async (tell) => void (await lookAt(step, config, process.env, tell)));
  if (sendTestAlert) await walk.step('test', (tell) => lookAtTestAlert(config, { embedded }, tell));
  return walk.end(sendTestAlert);
}

type Words = Catalog['check'];

interface Walk {
  step(name: keyof Words['steps'], look: (tell: (finding: Finding) => void) => Promise<void>): Promise<void>;
  lines(lines: readonly string[]): void;
  /** @returns the exit code */
  end(sent: boolean): number;
}

/** Prints as it goes: what takes long is seen to. */
function createWalk(words: Words): Walk {
  const counted = { steps: 0, wrong: 0, warnings: 0 };
  const print = (line: string): void => void process.stdout.write(`${clean(line)}\n`);
  return {
    async step(name, look) {
      counted.steps += 1;
      print(`${counted.steps}. ${words.steps[name]}`);
      let told = 0;
      await look((finding) => {
        told += 1;
        if (finding.ok === false) counted.wrong += 1;
        if (finding.ok === 'warning') counted.warnings += 1;
        for (const line of linesOf(finding, words)) print(line);
      });
      if (told === 0) print(`   ${words.nothing}`);
    },
    lines(lines) {
      for (const line of lines) print(`           ${line}`);
    },
    end(sent) {
      print(words.found(counted));
      if (counted.wrong === 0 && !sent) print(words.next);
      return counted.wrong === 0 ? 0 : 1;
    },
  };
}

function linesOf({ what, ok, detail, remedy, paste }: Finding, { marks, ...words }: Words): readonly string[] {
  const mark = ok === true ? marks.ok : ok === 'warning' ? marks.warning : marks.wrong;
  return [
    `   ${mark.padEnd(7)} ${what}: ${detail}`,
    ...(remedy === undefined ? [] : [`           ${words.remedy}: ${remedy}`]),
    ...(paste === undefined
      ? []
      : paste
          .trimEnd()
          .split('\n')
          .map((line) => `               ${line}`)),
  ];
}
