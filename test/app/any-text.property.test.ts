import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clean } from '../../src/domain/clean.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { alert, bodyOf, resolved } from './support/alerts.ts';
import { thread, words } from './support/seen.ts';

/** Whatever an alert is made of, its webhook is answered 200, and a Slack that is strict about everything shows a post. */

let app: TestApp;
let bodies = 0;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const ODD = [
  '\u0000',
  '\u0007\u001b[31m',
  '\ud800',
  '\udfff\ud83d',
  '\u202e\u2066',
  '\u200b\ufeff',
  'e\u0301'.repeat(40),
  '👩‍👩‍👧‍👦🏳️‍🌈',
  '火消し',
  '<!channel> <@U1> &amp; @here',
  '```*_~`>|',
  '\r\n\t\v\f\u0085\u2028',
  '"\\\\u0000',
  '__proto__',
];

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(...ODD),
  fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit)),
);
const text = fc.oneof(
  piece,
  fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.tuple(piece, fc.integer({ min: 1, max: 4_000 })).map(([one, times]) => one.repeat(times).slice(0, 20_000)),
);
const pairs = fc.array(
  fc.tuple(fc.oneof(piece, fc.constantFrom('summary', 'description', 'severity', 'namespace', 'instance')), text),
  {
    maxLength: 12,
  },
);
const spec = fc.record({ alertname: text, labels: pairs, annotations: pairs });
type Spec = typeof spec extends fc.Arbitrary<infer T> ? T : never;

interface Shown {
  readonly firing: string;
  /** What the next step of the policy says in the thread. */
  readonly ping: string;
  readonly resolved: string;
}

/** Sends these as one group of its own, and answers with what people see of it, firing and then resolved. */
async function shown(specs: readonly Spec[]): Promise<Shown> {
  const group = `group-${++bodies}`;
  const firing = specs.map(({ alertname, labels, annotations }) =>
    alert({
      now: app.now(),
      labels: { ...Object.fromEntries(labels), alertname },
      annotations: Object.fromEntries(annotations),
    }),
  );
  const before = posts().length;
  expect(await app.send(bodyOf(firing, group))).toMatchObject({ status: 200 });
  await app.atRest();
  expect(posts()).toHaveLength(before + 1);
  const post = posts().at(-1)!;
  const told = words(app, post);
  app.move(10 * 60_000);
  await app.atRest();
  const ping = thread(app, post).find((line) => /needs you/.test(line)) ?? '';
  const over = firing.map((one) => resolved(one, app.now()));
  expect(await app.send(bodyOf(over, group))).toMatchObject({ status: 200 });
  await app.atRest();
  return { firing: told, ping, resolved: words(app, post) };
}

const posts = () => app.slack.channel('alerts').posts();
const refusals = () => app.slack.calls().filter((call) => call.method.startsWith('chat.') && call.refused);

/** Letters and digits, which every form of it shows as they are; a terminal's colours are none. */
const plain = (value: string): string => clean(value).replaceAll(/[^\p{L}\p{N}]/gu, '');

describe('any text', () => {
  it('in names and values of labels and annotations is shown, and Slack refuses none of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(spec, { minLength: 1, maxLength: 3 }), async (specs) => {
        const seen = await shown(specs);
        expect(seen.firing).toMatch(/INC-\d+/);
        expect(seen.resolved).toMatch(/Resolved at/);
        expect(refusals()).toEqual([]);
        // One alert is called by its name; of several with different names the group's is shown.
        if (specs.length === 1) expect(plain(seen.firing)).toContain(plain(specs[0]!.alertname).slice(0, 3));
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 120_000);

  const MB = 1_000_000;
  it.each<[string, Spec]>([
    ['a name', { alertname: 'x'.repeat(MB), labels: [], annotations: [] }],
    ['one label', { alertname: 'BigLabel', labels: [['pod', '火'.repeat(MB / 3)]], annotations: [] }],
    ['a name of a label', { alertname: 'BigKey', labels: [['k'.repeat(MB), 'v']], annotations: [] }],
    [
      'ten thousand labels',
      {
        alertname: 'ManyLabels',
        labels: Array.from({ length: 10_000 }, (_, i): [string, string] => [`label_${i}`, 'v'.repeat(90)]),
        annotations: [],
      },
    ],
    ['a place', { alertname: 'BigPlace', labels: [['namespace', 'n'.repeat(MB)]], annotations: [] }],
    ['a summary', { alertname: 'BigSummary', labels: [], annotations: [['summary', '<&>'.repeat(MB / 3)]] }],
    [
      'control characters',
      { alertname: 'BigControl', labels: [['pod', '\u0000\u001b'.repeat(MB / 2)]], annotations: [] },
    ],
  ])('1 MB in %s', async (_where, one) => {
    const seen = await shown([one]);
    expect(seen.firing).toMatch(/INC-\d+/);
    expect(seen.ping).toMatch(/INC-\d+/);
    expect(seen.firing.length).toBeLessThan(10_000);
    expect(seen.resolved).toMatch(/Resolved at/);
    expect(refusals()).toEqual([]);
  });
});
