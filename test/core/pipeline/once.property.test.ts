import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimDue, type JobRow } from '../../../src/core/jobs/rows.ts';
import { askCancel } from '../../../src/core/pipeline/cancel.ts';
import { AIKO, type Bench, expireLease, type Kill, openBench, step, TARGET } from './bench.ts';
import { type FakeWorld, fakeAction, fakeWorld } from './fake-action.ts';

/**
 * Workers claim, freeze, come back late, are killed at any point and claim again; people confirm and cancel; the world is
 * away and loses answers. Whatever the order, no action is executed twice, and no two at once have the target.
 */
type Move =
  | { readonly do: 'confirm'; readonly action: 0 | 1 }
  | { readonly do: 'claim' }
  /** A worker that claimed at some time does its step now, perhaps long after its lease. */
  | { readonly do: 'step'; readonly worker: number; readonly kill?: Kill }
  | { readonly do: 'step-all' }
  | { readonly do: 'expire' }
  /** A lease runs out and somebody else claims. */
  | { readonly do: 'steal' }
  | { readonly do: 'cancel' }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'world'; readonly change: Partial<Pick<FakeWorld, 'away' | 'fate' | 'ready'>> };

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('confirm' as const), action: fc.constantFrom(0 as const, 1 as const) }),
  },
  { weight: 6, arbitrary: fc.constant({ do: 'claim' as const }) },
  {
    weight: 6,
    arbitrary: fc.record(
      {
        do: fc.constant('step' as const),
        worker: fc.nat(3),
        kill: fc.constantFrom<Kill>('before-execute', 'in-execute', 'after-execute'),
      },
      { requiredKeys: ['do', 'worker'] },
    ),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'step-all' as const }) },
  { weight: 3, arbitrary: fc.constant({ do: 'expire' as const }) },
  { weight: 3, arbitrary: fc.constant({ do: 'steal' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'cancel' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(2_000, 6_000, 40_000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('world' as const),
      change: fc.record(
        {
          away: fc.boolean(),
          ready: fc.boolean(),
          fate: fc.constantFrom('fine' as const, 'lost-answer' as const, 'lost-request' as const),
        },
        { requiredKeys: [] },
      ),
    }),
  },
);

const world = fakeWorld();
let bench: Bench;
let run = 0;
beforeAll(async () => {
  bench = await openBench({ action: fakeAction(world) });
});
afterAll(() => bench.close());

interface Play {
  readonly carries: readonly Record<string, unknown>[];
  readonly claims: JobRow[];
}

async function play(moves: readonly Move[]): Promise<readonly string[]> {
  Object.assign(world, { ...fakeWorld(), reached: world.reached, called: world.called });
  const target = { ...TARGET, name: `t${run++}` };
  const previews = await Promise.all([bench.ask(AIKO, { target }), bench.ask(AIKO, { target })]);
  const game: Play = { carries: previews.map((p) => p.forms.at(-1)!.carries), claims: [] };
  for (const one of moves) await make(one, game);
  // Calm: whatever is left goes to its end.
  Object.assign(world, { away: false, fate: 'fine', ready: true });
  for (let i = 0; i < 30; i++) {
    await expireLease(bench);
    while (await bench.work());
    bench.advance(40_000);
  }
  return game.carries.map((c) => String(c['action']));
}

async function make(one: Move, { carries, claims }: Play): Promise<void> {
  switch (one.do) {
    case 'confirm':
      await bench.submit(AIKO, 'action-confirm', carries[one.action]!, { reason: 'r' });
      return;
    case 'steal':
      await expireLease(bench);
      return make({ do: 'claim' }, { carries, claims });
    case 'claim':
      claims.push(
        ...(await claimDue(bench.database.db, 1, {
          owner: randomUUID(),
          leaseMs: 30_000,
          kinds: new Map([['action', 1]]),
          now: bench.now(),
        })),
      );
      return;
    case 'step': {
      const [claimed] = claims.splice(one.worker % Math.max(1, claims.length), 1);
      if (claimed) await step(bench.deps, claimed, one.kill);
      return;
    }
    case 'step-all':
      await Promise.all(claims.splice(0).map((claimed) => step(bench.deps, claimed)));
      return;
    case 'expire':
      return expireLease(bench);
    case 'cancel': {
      const job = await bench.database.db
        .selectFrom('jobs')
        .select('id')
        .where('finished_at', 'is', null)
        .executeTakeFirst();
      if (!job) return;
      const who = { principal: AIKO, role: 'operator', origin: { kind: 'command' } } as const;
      await bench.database.db.transaction().execute((tx) => askCancel(tx, { id: job.id }, who, bench.now()));
      return;
    }
    case 'advance':
      return bench.advance(one.ms);
    case 'world':
      Object.assign(world, one.change);
  }
}

describe('an action', () => {
  it('is never executed twice, whatever happens to its workers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 4, maxLength: 25 }), async (moves) => {
        const ids = await play([{ do: 'confirm', action: 0 }, { do: 'claim' }, ...moves]);
        const { db } = bench.database;
        const audits = await db
          .selectFrom('audit')
          .select(['action_id', 'stage'])
          .where('action_id', 'in', ids)
          .orderBy('id')
          .execute();
        for (const id of ids) {
          expect(world.called.filter((r) => r === id).length).toBeLessThanOrEqual(1);
          const stages = audits.filter((a) => a.action_id === id).map((a) => a.stage);
          const begun = stages.filter((s) => s === 'executing').length;
          expect(begun).toBeLessThanOrEqual(1);
          if (world.called.includes(id)) expect(begun).toBe(1);
        }
        expect(overlaps(audits)).toBe(false);
        const open = await db.selectFrom('jobs').select('id').where('finished_at', 'is', null).execute();
        expect(open).toEqual([]);
        expect(await db.selectFrom('target_locks').selectAll().execute()).toEqual([]);
        await honest(ids);
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 40), endOnFailure: true },
    );
  }, 240_000);
});

/** Whether one action began while another, begun before, had not ended: they share the target. */
function overlaps(audits: readonly { action_id: string | null; stage: string }[]): boolean {
  const ends = ['watched', 'cancelled', 'unknown', 'not-executed'];
  let busy: string | null = null;
  for (const { action_id: id, stage } of audits) {
    if (stage === 'executing' && busy !== null && busy !== id) return true;
    if (stage === 'executing') busy = id;
    if (ends.includes(stage) && busy === id) busy = null;
  }
  return false;
}

/** What is said to have happened, happened; what is said not to have happened, did not. */
async function honest(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const { outcome } = await bench.action(id);
    const kind = outcome?.['kind'];
    if (kind === 'healthy') expect(world.reached).toContain(id);
    if (kind === 'not-done' || kind === 'changed' || kind === 'refused') expect(world.reached).not.toContain(id);
    if (kind === 'cancelled') expect(world.reached.includes(id)).toBe(outcome?.['executed']);
  }
}
