import { placeOf, sayProblem } from '../config/problem.ts';
import { clean, plain } from '../domain/clean.ts';
import { type Catalog, sentences } from '../messages/catalog.ts';
import { type Finding, lookAt, STEPS, type Tell } from './check.ts';
import { gapsOf } from './gaps.ts';
import { type Asked, languageFor, loadFromEnvironment } from './load.ts';
import { rulesInWords } from './rules-in-words.ts';
import { lookAtTestAlert } from './test-alert.ts';

export interface CheckOptions extends Asked {
  readonly embedded?: boolean;
  readonly sendTestAlert?: boolean;
}

/** Walks through a set-up, step by step, as far as it is one: what waits for something else says so. Answers the exit code. */
export async function runCheck(options: CheckOptions): Promise<number> {
  const { embedded = false, sendTestAlert = false } = options;
  const { env } = process;
  const loaded = loadFromEnvironment({ env, asked: options, embedded });
  const language = languageFor(loaded, env, options);
  const said = sentences(language);
  const walk = createWalk(said.check);
  const { config } = loaded.config ? loaded : loaded.partial;
  await walk.step('config', async (tell) => {
    if (loaded.config) tell({ what: said.found.what.config, ok: true, detail: config.file });
    for (const problem of loaded.problems ?? [])
      tell({ what: placeOf(problem, language), ok: false, ...sayProblem(problem, language) });
    if (!loaded.config) return;
    for (const warning of loaded.warnings)
      tell({ what: placeOf(warning, language), ok: 'warning', ...sayProblem(warning, language) });
    walk.lines(rulesInWords(config, said.rules));
  });
  const setUp = { config, env, language, gaps: gapsOf(loaded) };
  for (const step of STEPS) await walk.step(step, async (tell) => void (await lookAt(step, setUp, tell)));
  if (sendTestAlert)
    await walk.step('test', async (tell) =>
      loaded.config
        ? lookAtTestAlert(config, { embedded, asked: options }, said.found, tell)
        : tell({ what: said.found.what.test, ok: 'waits', detail: said.found.waits.all }),
    );
  return walk.end(sendTestAlert);
}

type Words = Catalog['check'];

interface Walk {
  step(name: keyof Words['steps'], look: (tell: Tell) => Promise<void>): Promise<void>;
  lines(lines: readonly string[]): void;
  /** @returns the exit code */
  end(sent: boolean): number;
}

/** Prints as it goes: what takes long is seen to. */
function createWalk(words: Words): Walk {
  const counted = { steps: 0, wrong: 0, warnings: 0 };
  const print = (line: string): void => void process.stdout.write(`${plain(line)}\n`);
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
  const mark = ok === true ? marks.ok : ok === false ? marks.wrong : marks[ok];
  return [
    // What others said may hold a secret; a remedy is ours, and shows how a URL is written.
    `   ${mark.padEnd(7)} ${clean(`${what}: ${detail}`)}`,
    ...(remedy === undefined ? [] : [`           ${words.remedy}: ${remedy}`]),
    ...(paste === undefined
      ? []
      : paste
          .trimEnd()
          .split('\n')
          .map((line) => `               ${line}`)),
  ];
}
