import { loadModules } from '../../../../src/app/modules.ts';
import { type PipelineDeps, showTermPost } from '../../../../src/core/pipeline/index.ts';
import { takeDueTerms } from '../../../../src/core/pipeline/term/due.ts';
import { plainText } from '../../../../src/core/wording.ts';
import type { Button, Message } from '../../../../src/domain/content.ts';
import type { TermHow } from '../../../../src/domain/term.ts';
import type { Language } from '../../../../src/messages/catalog.ts';
import { AIKO, type AskOptions, type Bench, CHANNEL, type Shown } from '../bench.ts';

export const HOUR = 3_600_000;
export const scale = loadModules([]).actions.get('scale')!;

export const buttonsOf = ({ blocks }: Message): readonly Button[] =>
  blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []));

export const linesOf = ({ blocks }: Message): readonly string[] =>
  blocks.flatMap((b) =>
    b.kind === 'text' ? [plainText(b.text)] : b.kind === 'buttons' ? b.buttons.map((x) => x.label) : [],
  );

/** What tests of terms do with a bench, which is the one of the test that runs. */
export function termBench(reach: () => Bench) {
  const db = () => reach().database.db;

  /** The message that asks, or says how it ended. */
  async function message(id: string, language: Language = 'en'): Promise<Message> {
    const post = { id: 1, subject: `term:${id}`, purpose: 'time-up', channel: CHANNEL, first: false, language };
    const shown = await showTermPost(reach().deps)(db(), post, reach().now());
    if (!shown) throw new Error('nothing to show');
    return shown;
  }

  return {
    message,

    sweep: (other: Partial<PipelineDeps> = {}): Promise<boolean> =>
      takeDueTerms({ ...reach().deps, ...other }, new AbortController().signal),

    /** Scaled, watched to the end, and its time running. */
    scaledFor: async (lastsMs: number, how: TermHow = 'ask', to = 5, options: AskOptions = {}): Promise<string> => {
      const id = await reach().confirmed(AIKO, { ...options, args: { to }, term: { lastsMs, how } });
      await reach().toEnd(id);
      return id;
    },

    term: (id: string) => db().selectFrom('terms').selectAll().where('action_id', '=', id).executeTakeFirst(),

    /** What was begun to take it back. */
    undos: (id: string) => db().selectFrom('actions').selectAll().where('undo_of', '=', id).execute(),

    posts: (id: string) => db().selectFrom('posts').selectAll().where('subject', '=', `term:${id}`).execute(),

    press: async (id: string, label: string, who = AIKO): Promise<Shown> => {
      const all = [...buttonsOf(await message(id)), ...(await reach().postButtons(id))];
      const button = all.find((b) => b.label === label);
      if (!button) throw new Error(`no button ${label}`);
      return reach().click(who, button.id, button.carries);
    },

    confirmAndRun: async ({ forms }: Shown, who = AIKO): Promise<string> => {
      const form = forms.at(-1)!;
      const { answer } = await reach().submit(who, form.id, form.carries, { reason: 'quiet again' });
      if (answer.ack) throw new Error(`not confirmed: ${JSON.stringify(answer.ack)}`);
      await reach().toEnd(String(form.carries['action']));
      return String(form.carries['action']);
    },
  };
}
