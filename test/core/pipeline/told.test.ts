import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionOutcome } from '../../../src/domain/plan.ts';
import { LANGUAGES } from '../../../src/messages/catalog.ts';
import { BEN, type Bench, openBench } from './bench.ts';

let bench: Bench;
let id: string;
beforeAll(async () => {
  bench = await openBench();
  id = await bench.confirmed();
  await bench.toEnd(id);
});
afterAll(() => bench.close());

const problems = [
  { pod: 'checkout-1', reason: 'CrashLoopBackOff', message: 'exit code 137 <!channel>' },
  { pod: 'checkout-2', reason: 'ImagePullBackOff', message: 'x'.repeat(500) },
];
const MEND = ['[Why checkout?]', '[Roll back…]', '[Try again]'];
const LOOK = ['[Why checkout?]', '[Pods of checkout]'];
const SINCE = '2026-03-02T03:00:00.000Z';

const OUTCOMES: readonly [ActionOutcome, string, (string | readonly string[])?][] = [
  [{ kind: 'healthy', done: 3, of: 3 }, 'Healthy: all 3 pods'],
  [{ kind: 'healthy', done: 1, of: 1 }, 'Healthy: the new pod is ready'],
  [{ kind: 'healthy', done: 0, of: 0 }, 'Done, with no pod'],
  [
    { kind: 'unhealthy', done: 1, of: 3, reason: 'ProgressDeadlineExceeded', problems },
    'Not healthy: 1 of 3 pods',
    MEND,
  ],
  [
    { kind: 'unhealthy', done: 0, of: 1, problems: [{ pod: '', reason: 'FailedCreate', message: 'quota' }] },
    'Not healthy',
    MEND,
  ],
  [{ kind: 'late', done: 1, of: 3, problems: [] }, 'Not healthy after', MEND],
  [{ kind: 'gone' }, 'Gone', '[All in shop]'],
  [{ kind: 'changed' }, 'Nothing was done', '[Preview again]'],
  [
    { kind: 'refused', refusal: { rule: 'one-action-per-target', job: 9, by: BEN, target: 't' } },
    'JOB-9 by @U0BEN',
    '[Try again]',
  ],
  [
    { kind: 'rejected', cluster: 'main', code: 'forbidden', message: 'no patch' },
    'forbids this to Hikeshi: no patch',
    '[Try again]',
  ],
  [{ kind: 'impossible', code: 'which-target', params: {} }, 'Nothing was done. Which workload?'],
  [{ kind: 'away', cluster: 'main', since: SINCE }, 'main has not answered since', '[Try again]'],
  [{ kind: 'not-done' }, 'It did not happen', '[Try again]'],
  [{ kind: 'cancelled', by: BEN, executed: false }, 'Cancelled by @ben before'],
  [{ kind: 'cancelled', by: BEN, executed: true }, 'The change stays', LOOK],
  [
    { kind: 'unknown', executed: 'perhaps', why: 'probe' },
    'may or may not have happened',
    ['[YAML]', '[Pods of checkout]'],
  ],
  [{ kind: 'unknown', executed: 'yes', why: 'main does not answer' }, 'how it went is unknown', LOOK],
  [
    { kind: 'error', id: 'ab12', executed: true },
    'Unknown: a fault of Hikeshi, in its log under id ab12',
    ['[YAML]', '[Pods of checkout]'],
  ],
  [{ kind: 'error', id: 'ab12', executed: false }, 'Nothing was done: a fault'],
];

describe('how an action ended', () => {
  it.each(OUTCOMES)('%o', async (outcome, expected, button) => {
    await bench.database.db
      .updateTable('actions')
      .set({ outcome: JSON.stringify(outcome) })
      .where('id', '=', id)
      .execute();
    const lines = await bench.post(id);
    expect(lines[2]).toContain(expected);
    const buttons = lines.filter((l) => l.startsWith('['));
    expect(buttons).toEqual([button ?? []].flat());
    expect(lines.join('\n')).not.toContain('Next: /ops');
    for (const language of LANGUAGES) {
      const told = await bench.post(id, language);
      expect(told.filter((l) => !l.startsWith('[')).length).toBeLessThanOrEqual(5);
      expect(told.join('\n')).not.toMatch(/undefined|NaN|\[object|Invalid/);
    }
  });
});
