import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, type Message, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type AlertBody, alert, bodyOf, resolved } from './support/alerts.ts';
import {
  acknowledged,
  clears,
  emptyModel,
  fires,
  type GroupModel,
  givenBack,
  type Model,
  type Seen,
} from './support/model.ts';

/**
 * Alerts come and go, people press buttons, Slack fails, the program restarts, time passes, in any order: in the end Slack shows
 * what a model says that is as simple as can be, each incident once.
 */

const GROUPS = 2;
const ALERTS = 3;

let app: TestApp;
let runs = 0;
beforeAll(async () => {
  app = await startTestApp({ config: 'slack: {channel: alerts}\n' });
});
afterAll(() => app.close());

/** The real one, for one run of commands: its groups are its own. */
class Real {
  readonly run = ++runs;
  name = (group: number): string => `Model${this.run}g${group}x`;

  /** First posts; that something fires again is told in the channel too, and names it. */
  posts(group: number): readonly Message[] {
    return app.slack
      .channel('alerts')
      .posts()
      .filter((post) => !post.broadcast && visibleText(post).includes(this.name(group)));
  }

  /** One POST with all alerts that are known of the group, as Alertmanager sends it. */
  async send(group: number, model: GroupModel, cleared?: number): Promise<void> {
    const alerts = [...model.began].flatMap(([one, at]): AlertBody[] => {
      const firing = this.#alert(group, one, at);
      if (one === cleared) return [resolved(firing, app.now())];
      return model.firing.has(one) ? [firing] : [];
    });
    expect(await app.send(bodyOf(alerts, this.name(group)))).toMatchObject({ status: 200 });
  }

  #alert(group: number, one: number, startsAt: Date): AlertBody {
    const severity = one % 2 ? 'critical' : 'warning';
    const labels = { alertname: this.name(group), pod: `pod-${one}`, severity };
    return alert({ now: app.now(), labels, startsAt });
  }

  async press(group: number, button: string): Promise<void> {
    await settled();
    const post = this.posts(group).at(-1)!;
    expect(await app.slack.as('hana').click(post, button, { confirm: true })).toMatchObject({ ok: true });
  }
}

type Command = fc.AsyncCommand<Model, Real>;

const firesIn = (at: number, one: number): Command => ({
  check: ({ groups }) => !groups[at]!.firing.has(one),
  async run({ groups }, real) {
    fires(groups[at]!, one, app.now());
    await real.send(at, groups[at]!);
  },
  toString: () => `fires(${at}, ${one})`,
});

const clearsIn = (at: number, one: number): Command => ({
  check: ({ groups }) => groups[at]!.firing.has(one),
  async run({ groups }, real) {
    clears(groups[at]!, one, app.now());
    await real.send(at, groups[at]!, one);
  },
  toString: () => `clears(${at}, ${one})`,
});

const repeats = (at: number): Command => ({
  check: ({ groups }) => groups[at]!.firing.size > 0,
  run: ({ groups }, real) => real.send(at, groups[at]!),
  toString: () => `repeats(${at})`,
});

const acknowledges = (at: number): Command => ({
  check: ({ groups }) => groups[at]!.seen === 'open',
  async run({ groups }, real) {
    await real.press(at, 'Acknowledge');
    acknowledged(groups[at]!);
  },
  toString: () => `acknowledges(${at})`,
});

const givesBack = (at: number): Command => ({
  check: ({ groups }) => groups[at]!.seen === 'acknowledged',
  async run({ groups }, real) {
    await real.press(at, 'Give it back');
    givenBack(groups[at]!);
  },
  toString: () => `givesBack(${at})`,
});

const passes = (minutes: number): Command => ({
  check: () => true,
  run: async () => app.move(minutes * 60_000),
  toString: () => `passes(${minutes} min)`,
});

const fails = (fault: Fault): Command => ({
  check: () => true,
  run: async () => void app.slack.addFault({ ...fault, times: 1 }),
  toString: () => `fails(${fault.kind} ${fault.method})`,
});

const restarts = (): Command => ({
  check: () => true,
  async run() {
    await app.stop();
    await app.start();
  },
  toString: () => 'restarts()',
});

/** Lets everything that Slack has put off happen, as often as it is put off. */
async function settled(): Promise<void> {
  for (let tries = 0; tries < 10; tries++) {
    await app.atRest();
    const { rows } = await sql`select from outbox where state in ('pending', 'waiting')`.execute(app.app().database.db);
    if (rows.length === 0) return;
    app.move(61_000);
  }
  throw new Error('something still waits in the outbox after ten minutes');
}

const SHOWS: Readonly<Record<Seen, RegExp>> = {
  open: /Nobody has it/,
  acknowledged: /<@U0HANA0001> has it/,
  resolved: /Resolved at/,
};

async function compare({ groups }: Model, real: Real): Promise<void> {
  app.slack.faults.clear();
  await settled();
  for (const [i, group] of groups.entries()) {
    const texts = real.posts(i).map(visibleText);
    expect(texts).toHaveLength(group.incidents);
    expect(taken(real.name(i))).toBe(group.incidents);
    for (const [n, text] of texts.entries()) {
      const seen = n === texts.length - 1 ? group.seen : 'resolved';
      expect(text).toMatch(SHOWS[seen]);
      if (seen !== 'resolved') expect(text).not.toMatch(SHOWS.resolved);
    }
  }
}

/** How often Slack took a first post about it, those that were deleted again included. */
function taken(name: string): number {
  const posted = app.slack.calls('chat.postMessage').filter((call) => !call.refused && !call.args['thread_ts']);
  return posted.filter((call) => JSON.stringify(call.args).includes(name)).length;
}

const group = fc.nat({ max: GROUPS - 1 });
const one = fc.nat({ max: ALERTS - 1 });
const method = fc.constantFrom('chat.postMessage', 'chat.update');
const kind = fc.constantFrom<Fault>(
  { kind: 'rate-limited', retryAfter: 5 },
  { kind: 'http503' },
  { kind: 'http500' },
  { kind: 'accept-then-reset' },
  { kind: 'accept-then-error', code: 'internal_error' },
  { kind: 'error', code: 'service_unavailable' },
);

const commands = fc.commands(
  [
    fc.tuple(group, one).map(([g, a]) => firesIn(g, a)),
    fc.tuple(group, one).map(([g, a]) => firesIn(g, a)),
    fc.tuple(group, one).map(([g, a]) => clearsIn(g, a)),
    fc.tuple(group, one).map(([g, a]) => clearsIn(g, a)),
    group.map(repeats),
    group.map(acknowledges),
    group.map(givesBack),
    fc.constantFrom(1, 20).map(passes),
    fc.tuple(kind, method).map(([k, m]) => fails({ ...k, method: m })),
    fc.constant(restarts()),
  ],
  { size: 'medium', maxCommands: 25 },
);

/** More of them on request. */
const RUNS = Number(process.env['HIKESHI_TEST_RUNS'] ?? 12);

describe('incident and outbox', () => {
  it(
    'show what the model says, whatever happens in which order',
    async () => {
      await fc.assert(
        fc.asyncProperty(commands, async (sequence) => {
          const made = { model: emptyModel(GROUPS), real: new Real() };
          await fc.asyncModelRun(() => made, sequence);
          await compare(made.model, made.real);
        }),
        { numRuns: RUNS, endOnFailure: process.env['CI'] === 'true' },
      );
    },
    60_000 + RUNS * 10_000,
  );
});
