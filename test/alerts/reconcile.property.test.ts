import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyBatch } from '../../src/alerts/apply.ts';
import { settleDoubts } from '../../src/alerts/doubt.ts';
import { markGap } from '../../src/alerts/looks.ts';
import { reconcile } from '../../src/alerts/reconcile.ts';
import type { AlertRules } from '../../src/alerts/rules.ts';
import type { AlertSource } from '../../src/ports/alert-source.ts';
import { type AlertWish, at, notificationOf } from '../support/bodies.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { testRules } from '../support/rules.ts';
import { Knowledge } from './support/knowledge.ts';
import { World } from './support/world.ts';

/** Incidents, webhooks, doubts and reconcile on the store, beside a simple model that remembers everything. */

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const RUNS = Number(process.env['HIKESHI_TEST_RUNS'] ?? 25);
const never = new AbortController().signal;
const fail = (error: unknown): never => {
  throw error;
};

interface Model {
  readonly world: World;
  readonly knowledge: Knowledge;
}

/** What runs: one source of its own in the store. */
class System {
  readonly name: string;
  readonly world: World;
  readonly rules: AlertRules;
  readonly sources: ReadonlyMap<string, AlertSource>;

  constructor(name: string, world: World) {
    this.name = name;
    this.world = world;
    this.rules = testRules({ sources: new Map([[name, { name, api: ['http://am'], receivers: [] }]]) });
    const active = async () => {
      const { fingerprints, complete } = world.look(false);
      return { fingerprints, complete };
    };
    this.sources = new Map([[name, { name, active, look: async ({ groups }) => world.look(groups) }]]);
  }

  async body(alerts: readonly AlertWish[]): Promise<void> {
    const notification = notificationOf('g', alerts, {
      source: this.name,
      groupKey: 'g',
      groupLabels: { alertname: 'g' },
    });
    const now = at(this.world.now);
    await database.db.transaction().execute((tx) => applyBatch(tx, [{ notification, bytes: 1 }], this.rules, now));
    await this.doubts();
  }

  async doubts(): Promise<void> {
    const { rules, sources } = this;
    await settleDoubts({ db: database.db, sources, rules, now: at(this.world.now), signal: never, onError: fail });
  }

  async look(): Promise<void> {
    await sql`update sources set look_due = ${at(this.world.now)} where name = ${this.name} and look_due is not null`.execute(
      database.db,
    );
    const { rules, sources } = this;
    await reconcile({ db: database.db, sources, rules, now: () => at(this.world.now), signal: never, onError: fail });
  }

  async firing(): Promise<{ readonly state: string; readonly firing: readonly string[] }> {
    const { rows } = await sql<{ state: string; firing: string[] }>`
      select i.state, array(select a.fingerprint from alerts a where a.incident_id = i.id and a.status = 'firing' order by 1) as firing
      from incidents i join alert_groups g on g.incident_id = i.id where g.source = ${this.name}`.execute(database.db);
    expect(rows.length).toBeLessThanOrEqual(1);
    return rows[0] ?? { state: 'resolved', firing: [] };
  }
}

type Step = fc.AsyncCommand<Model, System>;

function step(words: string, run: (model: Model, system: System) => Promise<void>): Step {
  return {
    check: () => true,
    toString: () => words,
    async run(model, system) {
      await run(model, system);
      const firing = model.knowledge.firing();
      expect(await system.firing()).toEqual({ state: firing.length > 0 ? 'open' : 'resolved', firing });
    },
  };
}

/** A webhook reaches us, or whoever answers in our place. */
async function deliver({ world, knowledge }: Model, system: System, body: readonly AlertWish[]): Promise<void> {
  if (body.length === 0 || !world.here) return;
  knowledge.body(body, world.now);
  knowledge.doubts(world);
  await system.body(body);
}

async function minutes(model: Model, system: System, count: number): Promise<void> {
  const { world, knowledge } = model;
  for (let i = 0; i < count; i++) {
    await deliver(model, system, world.tick());
    if (!world.here) continue;
    knowledge.doubts(world);
    await system.doubts();
    knowledge.look(world);
    await system.look();
  }
}

const fingerprint = fc.constantFrom('a', 'b', 'c');
const steps: fc.Arbitrary<Step>[] = [
  fingerprint.map((fp) => step(`fire(${fp})`, (m, s) => deliver(m, s, m.world.fire(fp)))),
  fingerprint.map((fp) => step(`resolve(${fp})`, (m, s) => deliver(m, s, m.world.resolve(fp)))),
  fc.tuple(fingerprint, fc.boolean()).map(([fp, yes]) =>
    step(`${yes ? 'silence' : 'unsilence'}(${fp})`, async ({ world }) => {
      if (yes) world.silenced.add(fp);
      else world.silenced.delete(fp);
    }),
  ),
  fc.boolean().map((yes) => step(yes ? 'connect' : 'cut off', async ({ world }) => world.connect(yes))),
  fc.boolean().map((yes) =>
    step(yes ? 'API back' : 'API away', async ({ world }) => {
      world.apiAnswers = yes;
    }),
  ),
  fc.constant(step('restart Alertmanager', async ({ world }) => world.restart())),
  // Rare by chance, and what matters most: empty for a while.
  fc.integer({ min: 1, max: 20 }).map((n) =>
    step(`restart Alertmanager, empty for ${n} minutes`, async (m, s) => {
      m.world.connect(false);
      m.world.restart();
      await minutes(m, s, n);
    }),
  ),
  fc.constant(
    step('we are away', async ({ world }) => {
      world.here = false;
    }),
  ),
  fc.constant(
    step('we are back', async ({ world, knowledge }) => {
      if (world.here) return;
      world.here = true;
      knowledge.away(world.now);
      await markGap(database.db, at(world.now));
    }),
  ),
  fc.integer({ min: 1, max: 14 }).map((n) => step(`${n} minutes`, (m, s) => minutes(m, s, n))),
  fc.integer({ min: 1, max: 14 }).map((n) => step(`${n} minutes`, (m, s) => minutes(m, s, n))),
];

test('what is known is what the history says, whatever happens in whatever order', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 25 }), async (commands) => {
      const world = new World();
      const model = { world, knowledge: new Knowledge() };
      const system = new System(`s${randomUUID()}`, world);
      // The group and its receiver are known, and the gap of the first look is over.
      await deliver(model, system, world.fire('a'));
      await minutes(model, system, 1);
      await deliver(model, system, world.resolve('a'));
      await sql`update sources set gap_until = null where name = ${system.name}`.execute(database.db);
      await fc.asyncModelRun(() => ({ model, real: system }), commands);

      // And in the end, when everything answers again, nothing is open that is over.
      const settle = step('quiet', async (m, s) => {
        m.world.connect(true);
        Object.assign(m.world, { apiAnswers: true });
        if (!m.world.here) {
          m.world.here = true;
          m.knowledge.away(m.world.now);
          await markGap(database.db, at(m.world.now));
        }
        await minutes(m, s, 20);
        for (const fp of m.knowledge.firing()) expect([...m.world.present]).toContain(fp);
      });
      await settle.run(model, system);
    }),
    { numRuns: RUNS, endOnFailure: false },
  );
});
