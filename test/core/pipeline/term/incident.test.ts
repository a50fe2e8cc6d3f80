import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginTerm } from '../../../../src/core/pipeline/term/rows.ts';
import { AIKO, BEN, type Bench, openBench, TARGET } from '../bench.ts';
import { copyOf, newIncident, storyOf } from '../incidents.ts';
import { HOUR, scale, termBench } from './bench.ts';

/** Whoever reads an incident's story or its thread learns that a change was for a while, until when, and what became of it. */

let bench: Bench;
let incident: number;
beforeEach(async () => {
  bench = await openBench({ action: scale });
  incident = await newIncident(bench, { target: JSON.stringify(TARGET), target_certain: true });
});
afterEach(() => bench.close());
const { sweep, scaledFor, term, undos, press, posts } = termBench(() => bench);

const scaled = (how: 'ask' | 'auto') => scaledFor(2 * HOUR, how, 5, { incidentId: incident });

/** What the story says of terms: the kind, and what is told. */
async function story(): Promise<readonly object[]> {
  const lines = await storyOf(bench, incident);
  return lines.flatMap(({ kind, params, actor }) => (kind.startsWith('term-') ? [{ kind, params, actor }] : []));
}

const inMs = (ms: number): string => new Date(bench.now().getTime() + ms).toISOString();

/** Everything that is told of it lies in the incident's thread. */
async function threads(): Promise<readonly string[]> {
  const { db } = bench.database;
  const { main_post_id: main } = await db
    .selectFrom('incidents')
    .select('main_post_id')
    .where('id', '=', incident)
    .executeTakeFirstOrThrow();
  const posts = await db.selectFrom('posts').selectAll().where('subject', 'not like', 'incident:%').execute();
  for (const post of posts) expect(post).toMatchObject({ channel: 'C0ALERTS', thread_post_id: main });
  return posts.map(({ subject }) => subject.split(':')[0]!).toSorted();
}

describe('a change for a while, in an incident', () => {
  it('has begun, was prolonged, is asked about, and is kept', async () => {
    const id = await scaled('ask');
    const { due_at: due } = await bench.database.db.selectFrom('terms').select('due_at').executeTakeFirstOrThrow();
    const about = { action: id, verb: 'scale', target: 'production/main/shop/deployment/checkout' };
    const began = { kind: 'term-began', actor: AIKO, params: { ...about, until: due!.toISOString(), how: 'ask' } };
    expect(await story()).toEqual([began]);
    expect((await bench.post(id)).join('\n')).toMatch(/Until \S+; then it is asked/);

    const until = new Date(due!.getTime() + 2 * HOUR);
    await press(id, '2h more', BEN);
    expect((await story())[1]).toMatchObject({
      kind: 'term-extended',
      actor: BEN,
      params: { ...about, until: until.toISOString() },
    });
    expect((await bench.post(id)).join('\n')).toContain(`Until ${until.toISOString()}`);

    bench.advance(4 * HOUR);
    await sweep();
    expect((await story())[2]).toMatchObject({
      kind: 'term-asked',
      actor: null,
      params: { ...about, note: { kind: 'time-up' } },
    });
    await press(id, 'Keep it', BEN);
    await sweep();
    expect((await story()).slice(3)).toMatchObject([
      { kind: 'term-ended', actor: BEN, params: { ...about, note: { kind: 'kept', by: BEN } } },
    ]);
    expect(await threads()).toEqual(['action', 'term']);
    expect((await bench.post(id)).join('\n')).toContain('It stays: @ben has said so.');
  });

  it('is asked about where others see it, when it was asked for in somebody’s own copy', async () => {
    await copyOf(bench, incident, 'U0AIKO', 'D0AIKO');
    const id = await scaled('ask');
    const origin = JSON.stringify({ kind: 'button', channel: 'D0AIKO', thread: '1.1' });
    await bench.database.db.updateTable('actions').set({ origin }).where('id', '=', id).execute();
    bench.advance(3 * HOUR);
    await sweep();
    expect(await posts(id)).toMatchObject([{ channel: 'C0ALERTS' }]);
  });

  it('is taken back: the undo and the end stand in the story, and its post in the thread', async () => {
    const id = await scaled('auto');
    bench.advance(2 * HOUR);
    await sweep();
    const [undo] = await undos(id);
    await bench.toEnd(undo!.id);
    await sweep();
    await sweep();
    expect((await storyOf(bench, incident)).map(({ kind }) => kind)).toEqual([
      'action-confirmed',
      'term-began',
      'action-finished',
      'action-confirmed',
      'term-taking',
      'action-finished',
      'term-ended',
    ]);
    expect((await story()).slice(1)).toMatchObject([
      { kind: 'term-taking', actor: null, params: { undo: undo!.id } },
      { kind: 'term-ended', actor: null, params: { note: { kind: 'taken-back', job: 2, by: AIKO } } },
    ]);
    expect(await threads()).toEqual(['action', 'action']);
  });

  it.each([
    ['changed', 7, 'changed'],
    ['set back', 3, 'impossible'],
  ])('%s by somebody else: that is how it ended', async (_what, replicas, kind) => {
    await scaled('auto');
    bench.cluster.world.scale(TARGET.namespace, TARGET.name, replicas);
    bench.advance(2 * HOUR);
    await sweep();
    expect((await story())[1]).toMatchObject({ kind: 'term-ended', actor: null, params: { note: { kind } } });
    expect(await threads()).toEqual(['action', 'term']);
  });

  it('did not stay: its time is over with that', async () => {
    const options = { args: { to: 5 }, term: { lastsMs: HOUR, how: 'auto' as const }, incidentId: incident };
    const id = await bench.confirmed(AIKO, options);
    await bench.work();
    expect(await story()).toMatchObject([{ kind: 'term-began', params: { until: inMs(HOUR) } }]);
    bench.cluster.world.scale(TARGET.namespace, TARGET.name, 2);
    await bench.toEnd(id);
    await sweep();
    expect((await story())[1]).toMatchObject({ kind: 'term-ended', params: { note: { kind: 'void' } } });
  });

  it('begins once in the story, though its worker was killed in the middle', async () => {
    const options = { args: { to: 5 }, term: { lastsMs: HOUR, how: 'auto' as const }, incidentId: incident };
    const id = await bench.confirmed(AIKO, options);
    await bench.work({ kill: 'after-execute' });
    await bench.database.db
      .updateTable('jobs')
      .set({ lease_until: new Date(0) })
      .execute();
    await bench.toEnd(id);
    expect((await story()).map((line) => 'kind' in line && line.kind)).toEqual(['term-began']);
  });

  it('begun a second time, it runs from the first, and is told once', async () => {
    const id = await scaled('ask');
    const { db } = bench.database;
    const row = await bench.action(id);
    const begin = () =>
      db.transaction().execute((tx) => beginTerm(tx, row, row.term!, new Date(bench.now().getTime() + HOUR)));
    const before = await term(id);
    await begin();
    expect(await term(id)).toEqual(before);
    expect(await story()).toHaveLength(1);
  });

  it('without one, there is no story to tell', async () => {
    const id = await scaledFor(2 * HOUR);
    await press(id, 'Keep it');
    expect(await bench.database.db.selectFrom('timeline').selectAll().execute()).toEqual([]);
  });
});
