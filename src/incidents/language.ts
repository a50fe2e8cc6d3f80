import { sql } from 'kysely';
import type { Language } from '../messages/catalog.ts';
import type { Db } from '../ports/database.ts';

/** A channel's own language, a person's locale for a DM, else the team's. */
export async function languageOf(db: Db, channel: string, fallback: Language): Promise<Language> {
  const name = channel.replace(/^#/, '');
  const { rows } = await sql<{ language: string | null }>`
    select language from channels where (id = ${channel} or name = ${name}) and language is not null
    union all
    select locale as language from people where id = ${channel} and locale is not null
    limit 1`.execute(db);
  const found = rows[0]?.language;
  if (!found) return fallback;
  return found.startsWith('ja') ? 'ja' : found.startsWith('en') ? 'en' : fallback;
}
