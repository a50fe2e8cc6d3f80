import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNotification } from '../../src/alerts/parse.ts';
import { LONGEST_TEST_MS, SHORTEST_TEST_MS, testBody, testMarkOf } from '../../src/domain/test-alert.ts';

const NOW = new Date('2026-11-22T03:00:00Z');
const read = (body: unknown) => {
  const parsed = parseNotification(Buffer.from(JSON.stringify(body)), 'default', NOW);
  if (parsed.kind !== 'ok') throw new Error(`not taken whole: ${parsed.kind}`);
  return parsed.notification;
};
const lasts = fc.integer({ min: SHORTEST_TEST_MS / 1_000, max: LONGEST_TEST_MS / 1_000 }).map((s) => s * 1_000);

describe('a test alert', () => {
  it('is read back as what it was made, without repairs', () => {
    fc.assert(
      fc.property(fc.boolean(), lasts, fc.uuid(), (pages, lastsMs, id) => {
        const labels = { alertname: 'X', severity: 'critical' };
        const read_ = read(testBody({ id, labels, summary: 'a test', startsAt: NOW, pages, lastsMs }));
        expect(read_).toMatchObject({ test: { pages, lastsMs }, groupLabels: labels });
        expect(read_.repairs.filter((line) => !line.includes('fingerprint'))).toEqual([]);
      }),
    );
  });

  it('is nothing that Alertmanager makes: whatever its labels, routes and receivers are', () => {
    const words = fc.oneof(fc.string(), fc.constant('hikeshi:test/quiet/300s/a'));
    fc.assert(
      fc.property(words, words, words, (route, name, value) => {
        // https://github.com/prometheus/alertmanager: the route's matchers, a colon, the group's labels.
        expect(testMarkOf(`{}/{${route}}:{${name}="${value}"}`)).toBeUndefined();
        const bare = { alerts: [], receiver: value, groupLabels: { [name === '' ? 'a' : name]: value } };
        expect(read(bare).test).toBeUndefined();
      }),
    );
  });

  it.each([
    ['hikeshi:test/quiet/0s/a', { pages: false, lastsMs: SHORTEST_TEST_MS }],
    ['hikeshi:test/page/99999s/a', { pages: true, lastsMs: LONGEST_TEST_MS }],
    ['hikeshi:test/loud/300s/a', undefined],
    ['hikeshi:test/page/300s/', undefined],
    [' hikeshi:test/page/300s/a', undefined],
    ['hikeshi:test/page/300s/a\n', undefined],
  ])('%j is %j', (key, mark) => {
    expect(testMarkOf(key)).toEqual(mark);
  });
});
