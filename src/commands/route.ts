import { sql } from 'kysely';
import { z } from 'zod';
import { type Answered, defineQuery, type RouteTrial } from '../core/define.ts';
import { nearest } from '../core/nearest.ts';
import type { Labels } from '../domain/alert.ts';
import { bold, joinText, type Text } from '../domain/content.ts';
import type { RouteAnswer } from '../domain/route-answer.ts';
import { explainRoute, type RouteNames } from '../incidents/explain-route.ts';
import type { Catalog } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';
import { type Name, namesOf } from '../oncall/names.ts';
import type { Db } from '../ports/database.ts';

const Args = z.object({ labels: z.array(z.string()), source: z.string().min(1).optional() });

/** What would become of an alert: the same words as of `hikeshi route`, with the people as the workspace knows them. */
export const query = defineQuery({
  name: 'route',
  positionals: [{ name: 'labels', optional: true, many: true }],
  flags: [{ long: 'source', value: 'NAME', describe: (m) => m.route.source }],
  args: Args,
  summary: (m) => m.route.summary,
  examples: ['route severity=critical alertname=DiskFull', 'route severity=high namespace=shop pod=checkout-0'],
  role: 'viewer',
  needs: ['routing', 'db'],

  async answer({ labels: words, source: named }, { routing, db }, asked, m) {
    const labels = labelsOf(words);
    const source = sourceOf(named, routing);
    const answers = routing.answers(labels, source, asked.now);
    const whos = answers.flatMap((answer) => answer.policy.flatMap((step) => step.page));
    const people = await namesOf(db, whos);
    const channels = await channelIds(db, answers);
    const names: RouteNames = {
      who: (name) => bold(people.get(name)?.shown ?? name),
      channel: (name) => ({ channel: channels.get(name) ?? name }),
    };
    const explained = explainRoute(answers, m, names);
    const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    const notes = [...explained.notes, ...problemsOf(people, m), m.route.asked({ labels: pairs, source })];
    return shown(explained.lines, notes);
  },
});

function shown(lines: readonly Text[], notes: readonly Text[]): Answered {
  return {
    text: lines[0] ?? [],
    blocks: [
      { kind: 'text', text: joinText(lines, '\n') },
      { kind: 'context', lines: notes },
    ],
  };
}

/** `severity=critical`, and as Alertmanager prints them: `{severity="critical",alertname="DiskFull"}`. */
function labelsOf(words: readonly string[]): Labels {
  const pairs = words.flatMap((word) =>
    word
      .replace(/^\{|\}$/g, '')
      .split(/,(?=[A-Za-z_][\w.]*=|$)/)
      .filter((part) => part !== ''),
  );
  if (pairs.length === 0) throw userError('no-labels');
  return Object.fromEntries(pairs.map(labelOf));
}

/** A matcher (`a!="b"`, `a=~"b"`) is no label: an alert has values, not conditions. */
function labelOf(pair: string): readonly [string, string] {
  const [, name, value] = /^([^\s=!~<>"'{}]{1,200})=(?!~)(.*)$/s.exec(pair) ?? [];
  if (name === undefined || value === undefined) throw userError('bad-label', { text: pair.slice(0, 60) });
  return [name, value];
}

function sourceOf(named: string | undefined, routing: RouteTrial): string {
  const sources = routing.sources();
  if (named === undefined) return sources[0] ?? 'default';
  if (sources.includes(named)) return named;
  throw userError('no-such-source', { source: named.slice(0, 60), near: nearest(named, sources), sources });
}

function problemsOf(people: ReadonlyMap<string, Name>, m: Catalog): readonly Text[] {
  return [...people].flatMap(([who, { problem }]) =>
    problem === undefined ? [] : [m.incident.notes.problem({ who, code: problem })],
  );
}

/** Of channels that the bot knows, so that their names can be tapped. */
async function channelIds(db: Db, answers: readonly RouteAnswer[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ name: string; id: string }>`
    select name, min(id) as id from channels where name = any(${answers.map((a) => a.channel)}) and not is_archived
    group by name`.execute(db);
  return new Map(rows.map((row) => [row.name, row.id]));
}
