import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut } from '../../src/domain/content.ts';
import { formsOf, holdsCredential, maskedJson, maskSecrets, maskWith } from '../../src/domain/secrets.ts';
import { CANARY, CREDENTIALS } from '../support/credentials.ts';

const all = Object.entries(CREDENTIALS);

/** What an operator reads all day, and needs. */
const HARMLESS = [
  'password authentication failed for user "app"',
  'secret "checkout-tls" not found',
  'kube_secret_info{secret="checkout-tls",namespace="shop"}',
  'token expired; the API server does not accept our credentials (401)',
  'basic authentication is not configured for bearer authentication',
  'Back-off pulling image "registry.test/shop/checkout@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"',
  'https://grafana.example.test/d/abc?var-pod=checkout-7c9d8b5f6-x2x4z&from=now-1h&key_word=x',
  'http://prometheus.example.test:9090/graph?g0.expr=up%7Bjob%3D%22x%22%7D',
  'shop/nginxapp-1-frontend foxapp-2-backend task-proj-import-nightly-report xhvs.something-long-enough singleglrt-deployments-xx',
  'https://wiki.example.test/page?key=OPS&auth=sso&ticket=OPS-123',
  'checkout-7c9d8b5f6-x2x4z restarted 12 times: OOMKilled',
  'rate(http_requests_total{status=~"5.."}[5m]) > 0.1',
  'INC-142 JOB-7 APR-3 0f8fad5b-d9cb-469f-a165-70867728950e',
  'sources.default.token: is not the name of an environment variable',
  'ask-for-help-in-the-long-named-channel-of-the-team and task-1234567890123456',
  'mailto:sre@example.test, user@host:/path, 10:30:15, a:b@c',
  '{"level":"info","token_count":5,"tokens":12,"passwordless":true}',
  '火消し: パスワードが違います',
];

describe('what has the shape of a credential', () => {
  it.each(all)('%s is masked, alone, in words, and in JSON', (_name, credential) => {
    const words = `it said "${credential}" at 10:30`;
    expect(credential).toContain(CANARY);
    for (const text of [credential, words, `x ${credential}\nnext line`, `"${credential}"`, `(${credential})`])
      expect(maskSecrets(text)).not.toContain(CANARY);
    expect(maskSecrets(JSON.stringify({ message: words, list: [credential], count: 5 }))).not.toContain(CANARY);
  });

  it.each(all)('%s is masked wherever a text is cut', (_name, credential) => {
    const words = `${'x'.repeat(40)} ${credential}`;
    for (let max = 45; max < words.length; max += 1) expect(cut(words, max)).not.toContain(CANARY);
  });

  it.each([
    '--token=',
    'DB_PASSWORD="',
    '"password": "',
    'password: 1',
    'GET /x?sig=',
    'Authorization: Basic ',
    'bearer 1',
  ])('what follows %s is masked to its end, however long it is', (before) => {
    expect(maskSecrets(`${before}${`--token=${CANARY}`.repeat(400)}`)).not.toContain(CANARY);
  });

  it('leaves what stands around it', () => {
    expect(maskSecrets('dial postgres://app:hunter2@db:5432/shop?sslmode=require failed')).toBe(
      'dial postgres://app:***@db:5432/shop?sslmode=require failed',
    );
    expect(maskSecrets('GET /x?token=abc&page=2 and DB_PASSWORD="a b" PORT=1')).toBe(
      'GET /x?token=***&page=2 and DB_PASSWORD="***" PORT=1',
    );
    expect(maskSecrets('a ghp_0123456789abcdefghijklmnopqrstuvwxyz b')).toBe('a *** b');
  });

  it.each(HARMLESS)('is not seen in: %s', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });

  it('is known in config, where a value by name is no secret', () => {
    expect(holdsCredential(CREDENTIALS['GitHub token']!)).toBe(true);
    expect(holdsCredential(CREDENTIALS['URL with a password']!)).toBe(true);
    for (const text of [...HARMLESS, 'token=~"x.*"', 'hikeshi']) expect(holdsCredential(text)).toBe(false);
  });
});

const piece = fc.oneof(
  fc.constantFrom(
    ...Object.values(CREDENTIALS),
    ...HARMLESS,
    '"',
    "'",
    '\\',
    '\n',
    ' ',
    '=',
    ':',
    '://',
    '@',
    'password',
    'token=',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const anyText = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(' '));

describe('masking', () => {
  it('twice is masking once, and leaves no credential', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = maskSecrets(text);
        expect(once).not.toContain(CANARY);
        expect(maskSecrets(once)).toBe(once);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes time in proportion to the text, whatever it begins like', () => {
    const starts = [
      '-----BEGIN PRIVATE KEY-----',
      'a.',
      'a://',
      'a://a:',
      'password',
      'token=',
      'eyJ',
      'basic ',
      '?key=',
      'xoxb-',
      '\\"',
    ];
    for (const start of starts) {
      const text = start.repeat(Math.ceil(300_000 / start.length));
      const began = process.cpuUsage();
      maskSecrets(text);
      expect(process.cpuUsage(began).user / 1_000, start).toBeLessThan(1_000);
    }
  });

  it('knows values by themselves, as they stand in URLs and in JSON', () => {
    const secret = 'p"ss w/rd-0123';
    const mask = maskWith(() => formsOf(secret));
    expect(mask(`a ${secret} b ${encodeURIComponent(secret)} c ${JSON.stringify({ secret })}`)).toBe(
      'a *** b *** c {"secret":"***"}',
    );
  });

  it('does not take a common word for a secret because somebody chose it as one', () => {
    for (const weak of ['postgres', 'hikeshi', 'changeme', 'short-1']) expect(formsOf(weak)).toEqual([]);
  });

  it('reaches every string of a value, and leaves the rest', () => {
    const at = new Date(0);
    expect(maskedJson({ a: ['npm_0123456789abcdefghij', 1, null], b: { token: 'x', at } })).toEqual({
      a: ['***', 1, null],
      b: { token: 'x', at },
    });
  });
});
