import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PEOPLE } from '../../sandbox/slack/index.ts';
import { exportAudit } from '../../src/core/audit/export.ts';
import { APPROVAL_BUTTON, CONFIRM_FORM, CONTINUE_BUTTON } from '../../src/core/pipeline/forms.ts';
import { BUTTONS } from '../../src/core/undelivered/told.ts';
import { configs } from './inputs/config.ts';
import type { Aims, Input } from './inputs/input.ts';
import { presses, submissions, words } from './inputs/slack.ts';
import { CONFIGS } from './inputs/text.ts';
import { webhooks } from './inputs/webhook.ts';
import { type AbuseBench, QUIET, startAbuseBench } from './support/bench.ts';
import { Judge } from './support/judge.ts';
import type { ConfigLooked, Measured } from './support/messages.ts';

/** One that is always the same, and one that never was; `HIKESHI_ABUSE_SEED` repeats that one. */
const FIXED = 20_260_101;
const FRESH = Number(process.env['HIKESHI_TEST_ABUSE_SEED'] ?? Date.now() % 2 ** 31);

/** For each of the two. */
const INPUTS = Number(process.env['HIKESHI_TEST_ABUSE_INPUTS'] ?? 10_000);
/** So many are made and sent before the next are: the suite's own memory is bounded, too. */
const CHUNK = 500;
const AT_ONCE = 24;
/** By then the program knows everything it is going to: code, connections, plans of statements. */
const WARM_AFTER = Math.min(2_000, INPUTS / 2);

/** Operators and the admin of the suite's config. */
const MAY_ACT: ReadonlySet<string> = new Set([PEOPLE.kenji, PEOPLE.mika, PEOPLE.sato]);

const MOST_GROWTH_MIB = 32;
/** Of the program's own processor time, so that other work on the machine fails nothing. */
const LONGEST_BUSY_MS = 500;
const LONGEST_CONFIG_MS = 1_000;

function anyInput(aims: Aims): fc.Arbitrary<Input> {
  const names = {
    buttons: [CONTINUE_BUTTON, APPROVAL_BUTTON, ...Object.values(BUTTONS)],
    forms: [CONFIRM_FORM, 'resolve', 'error', 'told'],
  };
  return fc.oneof<fc.WeightedArbitrary<Input>[]>(
    { weight: 7, arbitrary: webhooks(aims) },
    { weight: 4, arbitrary: words() },
    { weight: 4, arbitrary: presses(aims, names) },
    { weight: 3, arbitrary: submissions(aims, names) },
    { weight: 2, arbitrary: configs },
  );
}

async function give(bench: AbuseBench, judge: Judge, input: Input): Promise<void> {
  if (input.way !== 'config') return judge.answered(input, await bench.send(input));
  const { problems, cpuMs } = await bench.child.ask<ConfigLooked>({ ask: 'config', yaml: input.yaml });
  judge.secretIn('a problem of the config', problems.join('\n'), input);
  if (cpuMs > LONGEST_CONFIG_MS) judge.wrong(`a config took ${cpuMs} ms`, input);
}

/** Several at once, as they come; what is thrown names its input. */
async function giveAll(bench: AbuseBench, judge: Judge, inputs: readonly Input[]): Promise<void> {
  const left = [...inputs].reverse();
  const lane = async (): Promise<void> => {
    for (let input = left.pop(); input; input = left.pop()) {
      try {
        await give(bench, judge, input);
      } catch (error) {
        judge.wrong(String(error), input);
        if (bench.child.ended() !== undefined) return;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function reloads(bench: AbuseBench, judge: Judge): Promise<void> {
  for (const [name, yaml] of Object.entries(CONFIGS)) {
    await bench.writeConfig(yaml);
    const { outcome } = await bench.child.ask<{ readonly outcome: string }>({ ask: 'reload' });
    if (!['refused', 'reloaded', 'unchanged'].includes(outcome)) judge.wrong(`${name}: ${outcome}`, yaml);
  }
  await bench.writeConfig(QUIET);
  await bench.child.ask({ ask: 'reload' });
}

/** Everything that can be read afterwards: pages, audit, log. */
async function readAll(bench: AbuseBench, judge: Judge): Promise<void> {
  for (const page of ['/metrics', '/ready', '/health', '/nothing']) {
    judge.secretIn(page, await bench.get(page));
  }
  for (const format of ['jsonl', 'csv'] as const) {
    let entries = '';
    for await (const part of exportAudit(bench.db, { format })) entries += part;
    expect(entries).not.toBe('');
    judge.secretIn(`the audit as ${format}`, entries);
  }
  const { log, errors } = bench.child.output();
  judge.logged(log);
  if (errors !== '') judge.wrong('something is written to stderr', errors);
}

/** Of all that was done, nothing was done by somebody who may not. */
async function doneBy(bench: AbuseBench): Promise<readonly string[]> {
  const rows = await bench.db
    .selectFrom('actions')
    .select('principal')
    .where('state', 'not in', ['planned', 'expired'])
    .execute();
  return [...new Set(rows.map(({ principal }) => String((principal as { readonly id?: unknown }).id)))];
}

describe.each([
  ['the fixed seed', FIXED],
  ['a fresh seed', FRESH],
])('abuse, by %s %i', (_which, seed) => {
  it(`${INPUTS} inputs: no crash, no call on anybody, no secret, bounded memory and delay`, async () => {
    console.log(`HIKESHI_ABUSE_SEED=${seed}`);
    const bench = await startAbuseBench();
    const judge = new Judge(bench.slack);
    const seen = bench.slack.listen((line) => line.kind === 'call' && judge.called(line));
    try {
      const began = performance.now();
      const input = anyInput(bench.aims);
      let warm: Measured | undefined;
      for (let given = 0; given < INPUTS && bench.child.ended() === undefined; given += CHUNK) {
        await giveAll(bench, judge, fc.sample(input, { numRuns: CHUNK, seed: seed + given }));
        if (given + CHUNK >= WARM_AFTER) warm ??= await bench.child.ask<Measured>({ ask: 'measure' });
      }
      await reloads(bench, judge);
      const last = await bench.child.ask<Measured>({ ask: 'measure' });
      await readAll(bench, judge);
      report(judge, warm!, last, performance.now() - began);
      expect(judge.found).toEqual([]);
      expect(bench.child.ended()).toBeUndefined();
      expect(bench.slack.user('hana').notifications).toEqual([]);
      expect((await doneBy(bench)).filter((id) => !MAY_ACT.has(id))).toEqual([]);
      expect(judge.busy).toBeLessThan(INPUTS / 100);
      expect(last.heapMiB - warm!.heapMiB).toBeLessThan(MOST_GROWTH_MIB);
      expect(last.longestBusyMs).toBeLessThan(LONGEST_BUSY_MS);
    } finally {
      seen();
      await bench.close();
    }
  }, 600_000);
});

function report({ busy }: Judge, warm: Measured, last: Measured, ms: number): void {
  const heap = `heap ${warm.heapMiB.toFixed(0)} MiB warm, ${last.heapMiB.toFixed(0)} MiB at the end (rss ${last.rssMiB.toFixed(0)})`;
  const delay = `event loop busy for at most ${last.longestBusyMs.toFixed(0)} ms, late by at most ${last.longestDelayMs.toFixed(0)} ms`;
  console.log(`${INPUTS} inputs in ${(ms / 1_000).toFixed(0)} s; ${busy} answered 503; ${heap}; ${delay}`);
}
