import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Aims, HttpInput } from './input.ts';
import { attack, key, mangled, objectOf, strange } from './text.ts';

const LABELS = [
  'alertname',
  'severity',
  'namespace',
  'pod',
  'deployment',
  'instance',
  'slack_channel',
  'cluster',
] as const;
const ANNOTATIONS = ['summary', 'description', 'runbook_url', 'dashboard_url', 'message', 'slack_channel'] as const;
/** Few, so that bodies meet each other's incidents. */
const GROUPS = Array.from({ length: 150 }, (_, i) => `{}:{alertname="Group${i}"}`);
const TIMES = [
  '2026-01-02T03:04:05Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-13-45T99:99:99Z',
  'now',
  '-1',
];

const pairs = (names: readonly string[]): fc.Arbitrary<object> =>
  fc
    .array(
      fc.tuple(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: key }), attack),
      { maxLength: 8 },
    )
    .map(objectOf);
const time = fc.oneof(fc.constantFrom(...TIMES), attack);

const alert = fc
  .record({
    status: fc.oneof(fc.constantFrom('firing', 'firing', 'firing', 'resolved'), attack),
    labels: pairs(LABELS),
    annotations: pairs(ANNOTATIONS),
    startsAt: time,
    endsAt: time,
    generatorURL: attack,
    fingerprint: fc.oneof(
      fc.nat(500).map((n) => n.toString(16).padStart(16, '0')),
      attack,
    ),
  })
  .chain((base) => fc.oneof({ weight: 3, arbitrary: fc.constant(base) }, { weight: 1, arbitrary: mangled(base) }));

const body = fc
  .record({
    receiver: fc.oneof(fc.constantFrom('chatops', 'team'), attack),
    status: fc.constantFrom('firing', 'resolved'),
    alerts: fc.array(fc.oneof({ weight: 20, arbitrary: alert }, { weight: 1, arbitrary: strange }), { maxLength: 4 }),
    groupLabels: pairs(LABELS),
    commonLabels: pairs(LABELS),
    commonAnnotations: pairs(ANNOTATIONS),
    externalURL: attack,
    version: fc.constantFrom('4', '99'),
    groupKey: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...GROUPS) }, { weight: 1, arbitrary: attack }),
    truncatedAlerts: fc.constantFrom(0, 0, 0, 1, -1, 1e308),
  })
  .chain((base) => fc.oneof({ weight: 4, arbitrary: fc.constant(base) }, { weight: 1, arbitrary: mangled(base) }))
  .map((value) => JSON.stringify(value));

/** Twenty megabytes of blanks in twenty kilobytes. */
const BOMB = gzipSync(Buffer.alloc(20_000_000, ' '));

/** Bytes that are no body at all, or one that is made to hurt. */
const raw: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: attack },
  { weight: 4, arbitrary: fc.uint8Array({ maxLength: 400 }) },
  { weight: 4, arbitrary: fc.tuple(body, fc.nat(2_000)).map(([json, at]) => json.slice(0, lastQuote(json, at))) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(body, fc.uint8Array({ minLength: 1, maxLength: 5 }), fc.nat())
      .map(([json, bytes, at]) => spliced(json, bytes, at)),
  },
  { weight: 2, arbitrary: body.map((json) => `\ufeff${json}`) },
  { weight: 2, arbitrary: body.map((json) => Buffer.from(json, 'utf16le')) },
  { weight: 2, arbitrary: fc.constantFrom('null', '[]', '{}', '0', '"x"', '{"alerts":{}}', '{"alerts":null}', '') },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 10, max: 50_000 })
      .map((depth) => `{"alerts":${'['.repeat(depth)}${']'.repeat(depth)}}`),
  },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 10, max: 5_000 }).map((n) => `{"alerts":[{"labels":{"a":${'9'.repeat(n)}}}]}`),
  },
  {
    weight: 2,
    arbitrary: fc.constant('{"alerts":[{"labels":{"a":1e999999,"b":-1e-999999}}],"alerts":[{"labels":{"a":"twice"}}]}'),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      '{"__proto__":{"alerts":[{}]},"constructor":{"prototype":{"x":1}},"alerts":[{"__proto__":{"labels":{"alertname":"<!channel>"}}}]}',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 100, max: 3_000 }).map((n) =>
      JSON.stringify({
        alerts: Array.from({ length: n }, (_, i) => ({ labels: { alertname: 'Many', n: `${i % 900}` } })),
        groupKey: GROUPS[0],
      }),
    ),
  },
  { weight: 1, arbitrary: fc.constant(BOMB) },
);
/** Larger than the config of the suite takes. */
const large = fc.constantFrom(1_100_000, 2_500_000).map((n) => `{"alerts":[],"x":"${'<!channel>'.repeat(n / 10)}`);

function spliced(json: string, bytes: Uint8Array, at: number): Uint8Array {
  const place = lastQuote(json, at % (json.length + 1));
  return Buffer.concat([Buffer.from(json.slice(0, place)), bytes, Buffer.from(json.slice(place))]);
}

/** No credential is broken in two there: of its halves nobody could tell what they are. */
function lastQuote(json: string, at: number): number {
  return json.lastIndexOf('"', at) + 1;
}

const PATHS = [
  '',
  '/default',
  '/default/',
  '/nobody',
  '/__proto__',
  '/constructor',
  '/..%2f..%2fetc',
  '/%00',
  '/%zz',
  '/%E0%A4%A',
  '/default?token=CANARYquery0123',
  '//default',
  `/${'a'.repeat(3_000)}`,
];
const TYPES = [
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/json; charset=nonsense',
  'text/html',
  '*/*',
  '',
  'application/xml',
];

/** A header's value as Node lets it through: latin1, without line ends. */
export const headerValue = attack.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 2_000));

export function webhooks({ webhookToken }: Aims): fc.Arbitrary<HttpInput> {
  const credentials = fc.oneof(
    { weight: 12, arbitrary: fc.constant(`Bearer ${webhookToken}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        'Bearer',
        'Bearer ',
        `bearer\t${webhookToken}`,
        `Basic ${webhookToken}`,
        `Bearer ${webhookToken}x`,
        'Bearer CANARYwrong0123',
      ),
    },
    { weight: 1, arbitrary: headerValue.map((value) => `Bearer ${value}`) },
  );
  return fc
    .record({
      path: fc.oneof({ weight: 15, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(...PATHS) }),
      type: fc.oneof(
        { weight: 8, arbitrary: fc.constant('application/json') },
        { weight: 1, arbitrary: fc.constantFrom(...TYPES) },
        { weight: 1, arbitrary: headerValue },
      ),
      authorization: credentials,
      encoding: fc.oneof(
        { weight: 20, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom('gzip', 'br', 'gzip, gzip') },
      ),
      body: fc.oneof({ weight: 60, arbitrary: body }, { weight: 30, arbitrary: raw }, { weight: 1, arbitrary: large }),
      missing: fc.oneof(
        { weight: 30, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 50 }) },
      ),
    })
    .map(({ path, type, authorization, encoding, body: sent, missing }) => ({
      way: 'webhook' as const,
      path: `/webhooks/alertmanager${path}`,
      headers: { authorization, 'content-type': type, ...(encoding && { 'content-encoding': encoding }) },
      body: sent,
      ...(missing > 0 && { missing }),
    }));
}
