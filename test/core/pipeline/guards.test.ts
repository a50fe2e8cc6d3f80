import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { action as scale } from '../../../src/commands/scale.ts';
import { confirmAction } from '../../../src/core/pipeline/confirm.ts';
import { DEFAULT_GUARDRAILS, type Guardrails } from '../../../src/domain/guardrails.ts';
import { AIKO, BEN, type Bench, formWords, openBench, type Previewed, type Shown, TARGET } from './bench.ts';

const MINUTE = 60_000;

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const rules = (some: Partial<Guardrails>): void => bench.setRules({ guardrails: { ...DEFAULT_GUARDRAILS, ...some } });
const named = (name: string) => ({ target: { ...TARGET, name } });
const ackOf = ({ answer }: Shown): string => JSON.stringify(answer.ack ?? null);
const lastForm = ({ forms }: Shown): string => formWords(forms.at(-1)!);

const preview = (name = 'checkout', who = AIKO): Promise<Previewed> => bench.preview(who, named(name));

const confirm = (carries: object, who = AIKO): Promise<Shown> =>
  bench.submit(who, 'action-confirm', carries, { reason: 'memory leak' });

async function refusals(): Promise<(string | null)[]> {
  const query = bench.database.db.selectFrom('audit').select('rule').where('stage', '=', 'refused').orderBy('id');
  return (await query.execute()).map(({ rule }) => rule);
}

it('says what can never be before whoever may lift a guardrail is asked', async () => {
  await bench.close();
  bench = await openBench({ action: scale });
  rules({ freezes: [{ name: 'night', zone: 'UTC', spans: [{ every: 'day', from: 0, to: 24 * 60 }] }] });
  const target = { ...TARGET, kind: 'DaemonSet' as const, name: 'node-agent' };
  const shown = await bench.ask(AIKO, { target, args: { to: 2 } });
  expect(lastForm(shown)).toContain('DaemonSet');
  expect(await refusals()).toEqual(['no-scale']);
  expect(lastForm(await bench.ask(AIKO, { args: { to: 2 } }))).toContain('night');
});

const jobs = () => bench.database.db.selectFrom('jobs').selectAll().execute();

function workloads(...names: string[]): void {
  for (const name of names) bench.cluster.world.create({ namespace: 'shop', name, replicas: 3 });
}

describe('on the way', () => {
  it('what is protected is refused before the cluster is read, and audited', async () => {
    rules({ protectedNamespaces: ['shop'] });
    expect(lastForm(await bench.ask(AIKO))).toContain('shop is a protected namespace');
    expect(await refusals()).toEqual(['protected-namespace']);
  });

  it('a label is seen with the plan, and again right before it is executed', async () => {
    bench.cluster.world.create({ namespace: 'shop', name: 'ledger', replicas: 1, labels: { keep: 'yes' } });
    rules({ protectedLabel: 'keep' });
    expect(lastForm(await bench.ask(AIKO, named('ledger')))).toContain('protected by its label keep');
    rules({});
    const carries = await preview('ledger');
    expect(ackOf(await confirm(carries))).toBe('null');
    rules({ protectedLabel: 'keep' });
    await bench.work();
    expect(await bench.action(carries.action)).toMatchObject({ state: 'failed', outcome: { kind: 'refused' } });
    expect(await refusals()).toEqual(['protected-label', 'protected-label']);
  });

  it('a freeze that begins between preview and confirm counts', async () => {
    const carries = await preview();
    rules({ freezes: [{ name: 'night', zone: 'UTC', spans: [{ every: 'day', from: 0, to: 300 }] }] });
    expect(ackOf(await confirm(carries))).toContain('frozen');
    expect(await jobs()).toEqual([]);
  });

  it('a target cools down from the end of an action, not after one that never happened', async () => {
    rules({ coolDownMs: 10 * MINUTE });
    const cancelled = await bench.confirmed();
    await bench.click(AIKO, 'job-cancel', { v: 1, job: (await bench.job(cancelled)).id });
    await bench.toEnd(cancelled);
    const done = await bench.confirmed();
    await bench.toEnd(done);
    const { finished_at: end } = await bench.job(done);
    expect(lastForm(await bench.ask(BEN))).toContain('cools down until');
    bench.advance(end!.getTime() + 10 * MINUTE - bench.now().getTime());
    await bench.confirmed(BEN);
  });

  it('a share of pods is counted over all of the environment', async () => {
    workloads('a', 'b', 'c');
    rules({ blastRadius: { percent: 50, withinMs: 10 * MINUTE } });
    await bench.confirmed(AIKO, named('a'));
    await bench.confirmed(AIKO, named('b'));
    expect(lastForm(await bench.ask(AIKO, named('c')))).toContain(
      '9 pods touched on production within 10m, and 6 may be',
    );
    bench.advance(10 * MINUTE);
    await bench.confirmed(AIKO, named('c'));
  });

  it('an incident has to be open', async () => {
    rules({ incidentRequired: true });
    expect(lastForm(await bench.ask(AIKO))).toContain('only for an open incident');
  });
});

describe('two replicas at once', () => {
  it('let no more through than the blast radius allows', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `w${i}`);
    workloads(...names);
    rules({ blastRadius: { actions: 3, withinMs: 10 * MINUTE } });
    const previews: { action: string }[] = [];
    for (const name of names) previews.push(await preview(name));
    const { db, receiving } = bench.database;
    const confirmed = await Promise.all(
      previews.map(({ action }, i) =>
        (i % 2 === 0 ? db : receiving)
          .transaction()
          .execute((tx) =>
            confirmAction(
              tx,
              bench.deps,
              { actionId: action, principal: AIKO, rights: { role: 'operator', grants: [] }, reason: 'all at once' },
              bench.now(),
            ),
          ),
      ),
    );
    expect(confirmed.filter(({ kind }) => kind === 'confirmed')).toHaveLength(3);
    expect(confirmed.filter((c) => c.kind === 'refused' && c.refusal.rule === 'blast-radius')).toHaveLength(5);
    expect(await jobs()).toHaveLength(3);
    const begun = previews.filter((_, i) => confirmed[i]!.kind === 'confirmed');
    for (const { action } of begun) await bench.toEnd(action);
    expect((await jobs()).map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  });

  it('do not slip into a cool-down while an action ends', async () => {
    rules({ coolDownMs: 60 * MINUTE });
    const [first, late] = [await preview(), await preview('checkout', BEN)];
    await confirm(first);
    const slipping = (async () => {
      const acks: string[] = [];
      while ((await bench.job(first.action)).finished_at === null) acks.push(ackOf(await confirm(late, BEN)));
      return [...acks, ackOf(await confirm(late, BEN))];
    })();
    await bench.toEnd(first.action);
    const acks = await slipping;
    expect(acks.filter((ack) => ack === 'null')).toEqual([]);
    expect(acks.at(-1)).toContain('cools down');
    expect(await jobs()).toHaveLength(1);
  });
});
