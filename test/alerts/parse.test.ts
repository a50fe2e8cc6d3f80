import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/alerts/fingerprint.ts';
import { type ParseResult, parseNotification } from '../../src/alerts/parse.ts';

const bodies = new URL('../corpus/bodies/', import.meta.url);
const body = (name: string): Buffer => readFileSync(new URL(`${name}.body.json`, bodies));
const received = new Date('2026-11-21T23:05:00Z');
const parse = (value: unknown): ParseResult =>
  parseNotification(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), 'default', received);

function taken(value: unknown) {
  const result = value instanceof Uint8Array ? parseNotification(value, 'default', received) : parse(value);
  if (result.kind !== 'ok') throw new Error(JSON.stringify(result));
  return result.notification;
}
const one = (alert: unknown, rest: object = {}) => taken({ alerts: [alert], ...rest }).alerts[0]!;

describe('what is refused', () => {
  it.each<[unknown, string]>([
    ['', 'not-json'],
    ['alerts=1', 'not-json'],
    ['{"alerts":[', 'not-json'],
    ['[]', 'not-an-object'],
    ['null', 'not-an-object'],
    ['"alerts"', 'not-an-object'],
    [{}, 'no-alerts'],
    [{ alerts: null }, 'no-alerts'],
    [{ alerts: { 0: {} } }, 'no-alerts'],
    [{ text: 'a body made by a template' }, 'no-alerts'],
  ])('%j: %s', (value, reason) => {
    expect(parse(value)).toMatchObject({ kind: 'refused', status: 400, reason });
  });

  it('comes with its first 200 characters, storable', () => {
    expect(parse(`<!channel>\0${'x'.repeat(300)}`)).toMatchObject({ excerpt: `<!channel>\uFFFD${'x'.repeat(189)}` });
    expect(parse(`${'x'.repeat(199)}😀`)).toMatchObject({ excerpt: `${'x'.repeat(199)}\uFFFD` });
  });
});

describe('what is mended', () => {
  const whole = {
    status: 'firing',
    labels: { alertname: 'A' },
    annotations: {},
    startsAt: '2026-11-21T23:00:00Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: '',
    fingerprint: 'f1',
  };

  it('an empty alerts array is fine', () => {
    expect(taken({ alerts: [], groupKey: 'k', receiver: 'r' })).toMatchObject({
      alerts: [],
      groupKey: 'k',
      truncatedAlerts: 0,
    });
  });

  it('an alert of nothing at all', () => {
    const got = taken({ alerts: [{}] });
    expect(got.alerts[0]).toEqual({
      fingerprint: fingerprintOf({}),
      status: 'firing',
      labels: {},
      annotations: {},
      startsAt: received,
    });
    expect(got.repairs).toContain('alerts[0].startsAt: no time, receipt time used');
    expect(got.repairs).toContain('alerts[0].fingerprint: missing, computed from the labels');
  });

  it('a fingerprint that is none', () => {
    for (const fingerprint of ['', ' ', 7, null, 'f'.repeat(129)]) {
      expect(one({ ...whole, fingerprint }).fingerprint).toBe(fingerprintOf({ alertname: 'A' }));
    }
    expect(one({ ...whole, fingerprint: ' f2 ' }).fingerprint).toBe('f2');
  });

  it('label values that are no strings', () => {
    const labels = {
      n: 5,
      big: Number.POSITIVE_INFINITY,
      yes: true,
      nothing: null,
      list: [1, 'a'],
      map: { a: { b: 1 } },
      empty: '',
    };
    const text = JSON.stringify({ alerts: [{ ...whole, labels, annotations: { nothing: null, empty: '' } }] }).replace(
      '"big":null',
      '"big":1e400',
    );
    const got = taken(text);
    expect(got.alerts[0]!.labels).toEqual({
      n: '5',
      big: 'Infinity',
      yes: 'true',
      list: '[1,"a"]',
      map: '{"a":{"b":1}}',
    });
    expect(got.alerts[0]!.annotations).toEqual({ nothing: '', empty: '' });
    expect(got.repairs).toContain('alerts[0].labels.n: not a string, written as one');
  });

  it('text that PostgreSQL could not store, in names, too', () => {
    const got = one({ ...whole, labels: { 'a\0': 'x\0y', s: '\ud83d!' }, annotations: { t: '\udc00' } });
    expect(got.labels).toEqual({ 'a\uFFFD': 'x\uFFFDy', s: '\uFFFD!' });
    expect(got.annotations).toEqual({ t: '\uFFFD' });
    const bytes = Buffer.concat([
      Buffer.from('{"alerts":[{"labels":{"a":"'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('"}}]}'),
    ]);
    expect(taken(bytes).alerts[0]!.labels['a']).toBe('\uFFFD\uFFFD');
  });

  it('names that mean something to JavaScript are plain labels', () => {
    const text =
      '{"alerts":[{"fingerprint":"f","labels":{"__proto__":"x","constructor":"y"},"__proto__":{"status":"resolved"}}]}';
    const { labels, status } = taken(text).alerts[0]!;
    expect(Object.entries(labels)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(status).toBe('firing');
    expect(({} as Record<string, unknown>)['status']).toBeUndefined();
    expect(labels['toString']).toBeUndefined();
  });

  it.each<[object, object]>([
    [{ status: 'Resolved' }, { status: 'resolved', endsAt: received }],
    [{ status: 'resolved' }, { status: 'resolved', endsAt: received }],
    [
      { status: 'resolved', endsAt: '2026-11-21T23:01:00Z' },
      { status: 'resolved', endsAt: new Date('2026-11-21T23:01:00Z') },
    ],
    [{ status: 3, endsAt: '2026-11-21T23:01:00Z' }, { status: 'resolved' }],
    [{ status: undefined, endsAt: '2026-11-21T23:59:00Z' }, { status: 'firing' }],
    [{ status: 'suppressed' }, { status: 'firing' }],
    [{ status: 'firing', endsAt: '2026-11-21T23:01:00Z' }, { status: 'firing' }],
  ])('status of %j', (alert, expected) => {
    expect(one({ ...whole, ...alert })).toMatchObject(expected);
  });

  it('a status that is missing is the body’s when there is no endsAt', () => {
    expect(one({ ...whole, status: undefined }, { status: 'resolved' }).status).toBe('resolved');
  });

  it.each([
    ['2026-11-22T08:02:11.651243984+09:00', '2026-11-21T23:02:11.651Z'],
    ['2026-11-21t23:02:11z', '2026-11-21T23:02:11.000Z'],
    ['0001-01-01T00:00:00Z', undefined],
    ['21 Nov 2026', undefined],
    ['2026-11-21', undefined],
    ['2026-13-45T99:00:00Z', undefined],
    [1_795_302_000, undefined],
    [{}, undefined],
  ])('startsAt %j', (startsAt, expected) => {
    expect(one({ ...whole, startsAt }).startsAt.toISOString()).toBe(expected ?? received.toISOString());
  });

  it('a missing groupKey stands for receiver and group labels, in any order', () => {
    const key = (groupLabels: object, receiver = 'r') => taken({ alerts: [], groupLabels, receiver }).groupKey;
    expect(key({ b: '2', a: '1' })).toBe('{}/receiver="r":{a="1", b="2"}');
    expect(key({ a: '1', b: '2' })).toBe(key({ b: '2', a: '1' }));
    expect(key({ a: '1' }, 'other')).not.toBe(key({ a: '1' }));
    expect(taken({ alerts: [], groupKey: 7 }).groupKey).toBe('7');
  });

  it.each([
    [7, 7],
    ['7', 7],
    [1.5, 2],
    [-1, 1],
    [null, 0],
    ['many', 1],
    [1e308, 2_147_483_647],
  ])('truncatedAlerts %j: never fewer than may be missing', (value, count) => {
    expect(taken({ alerts: [], truncatedAlerts: value }).truncatedAlerts).toBe(count);
  });

  it('of two copies of one alert the firing one stays, then the later start', () => {
    const early = { ...whole, startsAt: '2026-11-21T22:00:00Z' };
    const resolved = { ...whole, status: 'resolved', endsAt: '2026-11-21T23:01:00Z' };
    for (const alerts of [
      [whole, resolved, early],
      [resolved, early, whole],
      [early, whole, resolved],
    ]) {
      const got = taken({ alerts });
      expect(got.alerts).toHaveLength(1);
      expect(got.alerts[0]).toMatchObject({ status: 'firing', startsAt: new Date('2026-11-21T23:00:00Z') });
      expect(got.repairs).toContain('alerts: fingerprint f1 is there twice, one copy kept');
    }
  });

  it('tells of fifty repairs and counts the others', () => {
    const { repairs } = taken({
      alerts: Array.from({ length: 100 }, (_, i) => ({ ...whole, fingerprint: `f${i}`, startsAt: 0 })),
    });
    expect(repairs).toHaveLength(51);
    expect(repairs.at(-1)).toMatch(/^and \d+ more$/);
  });
});

describe('quarantine', () => {
  it('keeps what can be read beside entries that are no objects', () => {
    expect(parse({ groupKey: 'k', alerts: [null, { fingerprint: 'f1', labels: { a: 'b' } }, 'x', []] })).toMatchObject({
      kind: 'quarantine',
      reason: 'alerts[0], alerts[2], alerts[3]: not an object',
      partial: { groupKey: 'k', alerts: [{ fingerprint: 'f1', labels: { a: 'b' } }] },
    });
    expect(parse({ alerts: Array(9).fill(1) })).toMatchObject({
      reason: expect.stringContaining(' and 4 more') as string,
    });
  });
});

describe('properties', () => {
  const storable = (value: unknown): boolean =>
    !/[\0\p{Cs}]/u.test(
      JSON.stringify(value)
        .replace(/\\u0000/g, '\0')
        .replace(/\\ud[89a-f]../g, '\ud800'),
    );

  it('never throws, and takes whatever has an alerts array', () => {
    const alert = fc.record(
      {
        status: fc.anything(),
        labels: fc.oneof(fc.anything(), fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())),
        annotations: fc.anything(),
        startsAt: fc.oneof(
          fc.anything(),
          fc.date({ noInvalidDate: true }).map((d) => d.toISOString()),
        ),
        endsAt: fc.anything(),
        generatorURL: fc.anything(),
        fingerprint: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const envelope = fc.record(
      {
        alerts: fc.array(fc.oneof({ weight: 5, arbitrary: alert }, { weight: 1, arbitrary: fc.anything() })),
        groupKey: fc.anything(),
        groupLabels: fc.anything(),
        truncatedAlerts: fc.anything(),
        receiver: fc.anything(),
      },
      { requiredKeys: ['alerts'] },
    );
    fc.assert(
      fc.property(envelope, (value) => {
        let text: string;
        try {
          text = JSON.stringify(value);
        } catch {
          return;
        }
        const result = parse(text);
        expect(result.kind).not.toBe('refused');
        const got =
          result.kind === 'ok' ? result.notification : result.kind === 'quarantine' ? result.partial : undefined;
        expect(storable(got)).toBe(true);
        expect(new Set(got?.alerts.map((a) => a.fingerprint)).size).toBe(got?.alerts.length);
        for (const a of got?.alerts ?? []) expect(Number.isNaN(a.startsAt.getTime())).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws on arbitrary JSON or bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json().map((text) => Buffer.from(text)),
          fc.uint8Array(),
        ),
        (bytes) => {
          const result = parseNotification(bytes, 'default', received);
          expect(['ok', 'refused', 'quarantine']).toContain(result.kind);
        },
      ),
    );
  });

  it('survives nesting deeper than any stack', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(parse(`{"alerts":[{"labels":{"a":${deep}}}]}`).kind).toBe('ok');
    expect(parse('['.repeat(200_000)).kind).toBe('refused');
  });
});

describe('speed', () => {
  it('of 1,000 alerts costs a few times what reading the JSON does', () => {
    const sample = JSON.parse(body('10-group-100-alerts').toString()) as { alerts: { fingerprint: string }[] };
    const alerts = Array.from({ length: 10 }, (_, i) =>
      sample.alerts.map((a) => ({ ...a, fingerprint: `${a.fingerprint}${i}` })),
    ).flat();
    const bytes = Buffer.from(JSON.stringify({ ...sample, alerts }));
    // In turns and the best of each: other work on the machine must not fail this.
    const rounds = Array.from({ length: 15 }, () => ({
      json: timeOf(() => JSON.parse(bytes.toString()) as unknown),
      ours: timeOf(() => expect(taken(bytes).alerts).toHaveLength(1000)),
    }));
    const best = (of: 'json' | 'ours'): number => Math.min(...rounds.map((round) => round[of]));
    expect(best('ours') / best('json')).toBeLessThan(8);
  });
});

function timeOf(run: () => unknown): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}
