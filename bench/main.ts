import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Row } from './lib/result.ts';
import { openRun, ROOT, type Run } from './lib/run.ts';
import { machineWords, tableOf, writeBetweenMarks } from './lib/table.ts';
import { measureAsk } from './measures/ask.ts';
import { measureBurst } from './measures/burst.ts';
import { type CommitTime, commitTimeOf } from './measures/commit.ts';
import { measureGuards } from './measures/guards.ts';
import { measureHistory } from './measures/history.ts';
import { measureLatency } from './measures/latency.ts';
import { measureLost } from './measures/lost.ts';
import { measurePace } from './measures/pace.ts';
import { measureReady } from './measures/ready.ts';
import { measureReplicas } from './measures/replicas.ts';
import { measureStore } from './measures/store.ts';
import { measureStorm } from './measures/storm.ts';
import { type FakeSlack, startFakeSlack } from './parts/fake-slack.ts';

/**
 * `npm run bench [-- PART...] [-- --write] [-- --small]`: the figures of the design, with their peers, in one run of some twenty
 * minutes. With names, these parts only; small, with a tenth of what is counted, to see whether it works.
 */
const PAGE = join(ROOT, 'docs', 'benchmarks.md');
const LONGEST_MS = 30 * 60_000;

interface Part {
  /** What is measured, in a few words. */
  readonly what: string;
  /** Mostly waits: beside the others of this kind, at the end. */
  readonly waits?: true;
  measure(run: Run, slack: FakeSlack, commit: CommitTime): Promise<readonly Row[]>;
}

const PARTS: Readonly<Record<string, Part>> = {
  ready: { what: 'starts, and memory at rest', measure: measureReady },
  latency: { what: 'webhook to Slack call, clicks and commands', measure: measureLatency },
  store: { what: 'webhooks at a fixed rate', measure: measureStore },
  burst: { what: 'a burst, and memory a minute after it', measure: measureBurst },
  storm: { what: 'what somebody presses in a storm', measure: measureStorm },
  guards: { what: 'rights, guardrails and audit', measure: measureGuards },
  ask: { what: 'answers about a cluster, beside kubectl', measure: measureAsk },
  history: { what: 'over past incidents', measure: measureHistory },
  replicas: { what: 'two workers beside one', measure: measureReplicas },
  lost: { what: 'what is lost under faults', waits: true, measure: measureLost },
  pace: { what: 'one channel at its pace', waits: true, measure: measurePace },
};

const HELP = `npm run bench [-- PART...] [-- --small] [-- --write]

  PART      these parts only, else all, which takes some twenty minutes:
${Object.entries(PARTS)
  .map(([name, { what }]) => `              ${name.padEnd(10)}${what}`)
  .join('\n')}
  --small   a tenth of what is counted, to see whether it works
  --write   put the figures into docs/benchmarks.md; for a whole run
`;

interface Asked {
  readonly names: readonly string[];
  readonly write: boolean;
  readonly small: boolean;
}

/** What was asked for; ends the program where that is help, or nothing that there is. */
function asked(): Asked {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseArgs({
      options: { write: flag, small: flag, help: { ...flag, short: 'h' } },
      allowPositionals: true,
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    const unknown = positionals.filter((name) => !Object.hasOwn(PARTS, name));
    if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}.`);
    if (values.write && (values.small || positionals.length > 0)) throw new Error('--write is for a whole run.');
    return { ...values, names: positionals.length > 0 ? positionals : Object.keys(PARTS) };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

async function measure(run: Run, names: readonly string[]): Promise<string> {
  const began = performance.now();
  const slack = await startFakeSlack(run);
  const commit = await commitTimeOf(run, slack);
  const rows = new Map<string, readonly Row[]>();
  const take = async (name: string, by: FakeSlack): Promise<void> => {
    const part = PARTS[name]!;
    run.say(`${name}: ${part.what} ...`);
    rows.set(name, await orSaid(name, part.measure(run, by, commit)));
  };
  const [waiting, busy] = [names.filter((name) => PARTS[name]!.waits), names.filter((name) => !PARTS[name]!.waits)];
  for (const name of busy) await take(name, slack);
  await Promise.all(waiting.map(async (name) => take(name, await startFakeSlack(run))));
  const about = {
    commit: commit.spread,
    postgres: commit.serverVersion,
    inMemory: run.inMemory,
    loadBefore: run.loadBefore,
    seconds: Math.round((performance.now() - began) / 1000),
  };
  return `${await machineWords(about)}\n\n${tableOf(names.flatMap((name) => rows.get(name) ?? []))}`;
}

/** A part that could not be measured on this machine stays in the table as such, and the others are measured all the same. */
async function orSaid(what: string, measured: Promise<readonly Row[]>): Promise<readonly Row[]> {
  try {
    return await measured;
  } catch (error) {
    return [{ what, ours: `not measured: ${error instanceof Error ? error.message : String(error)}`, met: false }];
  }
}

const { names, write, small } = asked();
const run = await openRun({ small });
let closing: Promise<void> | undefined;
const end = async (code: number): Promise<void> => {
  closing ??= run.close();
  await closing;
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end(130));
setTimeout(() => {
  console.error(`not finished after ${LONGEST_MS / 1000} s: given up`);
  void end(1);
}, LONGEST_MS).unref();

try {
  const text = await measure(run, names);
  console.log(text);
  if (write) await writeBetweenMarks(PAGE, text);
  await end(0);
} catch (error) {
  console.error(error);
  await end(1);
}
