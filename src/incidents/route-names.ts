import { sql } from 'kysely';
import { bold, type Text } from '../domain/content.ts';
import type { RouteAnswer } from '../domain/route-answer.ts';
import type { Catalog } from '../messages/catalog.ts';
import { type Name, namesOf } from '../oncall/names.ts';
import type { Db } from '../ports/database.ts';
import { type Explained, explainRoute } from './explain-route.ts';

/** Where an alert goes, with people and channels as the workspace knows them; whom it would miss is a note. */
export async function explainInSlack(db: Db, answers: readonly RouteAnswer[], m: Catalog): Promise<Explained> {
  const whos = answers.flatMap((answer) => answer.policy.flatMap((step) => step.page));
  const people = await namesOf(db, whos);
  const channels = await channelIds(db, answers);
  const explained = explainRoute(answers, m, {
    who: (name) => bold(people.get(name)?.shown ?? name),
    channel: (name) => ({ channel: channels.get(name) ?? name }),
  });
  return { ...explained, notes: [...explained.notes, ...problemsOf(people, m)] };
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
