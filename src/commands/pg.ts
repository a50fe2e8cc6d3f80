import { z } from 'zod';
import { sayButton } from '../core/ask/say.ts';
import { type Databases, databasesMeant, databaseWords, type FoundDatabase } from '../core/databases.ts';
import { type Answered, defineQuery } from '../core/define.ts';
import { nearest } from '../core/nearest.ts';
import { isLook, LOOK_WORDS, LOOKS } from '../core/pg/looks.ts';
import { messageOf } from '../domain/content.ts';
import type { Catalog } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';

const Args = z.object({ look: z.string().default('connections'), database: z.string().optional() });

/** What else people call a look. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['lag', 'replication'],
  ['locks', 'blocks'],
  ['size', 'sizes'],
]);

/** What fits a phone; the sentence names more. */
const BUTTONS = 5;

/** What a DBA looks up first, in other people's PostgreSQL. */
export const query = defineQuery({
  name: 'pg',
  positionals: [
    { name: 'look', optional: true },
    { name: 'database', optional: true },
  ],
  flags: [],
  args: Args,
  summary: (m) => m.pg.summary,
  examples: ['pg connections', 'pg idle orders', 'pg test orders -e staging'],
  role: 'viewer',
  needs: ['databases'],

  async answer(args, { databases }, asked, m) {
    const { look: typed, database } = lookAt(args, databases);
    const look = ALIASES.get(typed) ?? typed;
    if (!isLook(look)) throw userError('no-such-look', { look, near: nearest(look, LOOK_WORDS), looks: LOOK_WORDS });
    const environment = asked.environment ?? asked.incidentTarget?.environment;
    const meant = databasesMeant({ database, environment, own: asked.incidentDatabase }, databases);
    const [only, second] = meant;
    if (!only || second) return whichOne(look, meant, m);
    const where = `${only.environment}/${only.postgres.name}`;
    const words = databaseWords(only);
    return LOOKS[look]({ postgres: only.postgres, where, words, signal: asked.signal, m, whole: asked.whole === true });
  },
});

/** `pg orders`: the database's name alone is a look at its connections. */
function lookAt({ look, database }: z.infer<typeof Args>, databases: Databases): z.infer<typeof Args> {
  const isNamed = database === undefined && !isLook(look) && [...databases.values()].some((of) => of.has(look));
  return isNamed ? { look: 'connections', database: look } : { look, database };
}

/** The same look at each of them, a press away. */
function whichOne(look: string, meant: readonly FoundDatabase[], m: Catalog): Answered {
  const words = meant.map(databaseWords);
  const buttons = words.slice(0, BUTTONS).map((one) => sayButton(one, `pg ${look} ${one}`));
  return messageOf(m.errors['which-database']({ databases: words }), { kind: 'buttons', buttons });
}
