import { z } from 'zod';
import type { Command, LinkTo } from '../../core/define.ts';
import { type ClickHandler, MalformedCarries, onClick } from '../../core/handling.ts';
import { languageFor } from '../../core/language.ts';
import type { StandingOf } from '../../core/rights/standing.ts';
import type { Standing } from '../../core/rights/types.ts';
import { timeLimit } from '../../core/wake.ts';
import type { Block } from '../../domain/content.ts';
import { type Catalog, type Language, sentences } from '../../messages/catalog.ts';
import type { PolicyRules } from '../../oncall/policies.ts';
import type { HomeRequest } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Db } from '../../ports/database.ts';
import { drawHome, HOME_REFRESH_BUTTON } from './draw.ts';
import { readHome } from './read.ts';

/** Reading and links, ms; then it is drawn with what there is, or the tab stays as it was. */
const READ_MS = 5_000;

export interface HomeParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly standingOf: StandingOf;
  readonly rules: () => PolicyRules;
  /** Where the person does not say. */
  readonly language: () => Language;
  readonly commands: ReadonlyMap<string, Command>;
  readonly linkTo: LinkTo;
}

interface Home {
  /** Runs after the acknowledgement, for it changes nothing. */
  readonly opened: (request: HomeRequest, signal: AbortSignal) => Promise<void>;
  readonly clicks: Readonly<Record<string, ClickHandler>>;
}

/** The app's home tab: each time that somebody opens it, and when they press its button. */
export function createHome(parts: HomeParts): Home {
  return {
    async opened({ principal, channelId, reply }, signal) {
      await reply.showHome?.(async () => {
        const standing = await parts.standingOf(principal, parts.clock.now());
        const m = sentences(languageFor({ locale: standing.locale, otherwise: parts.language() }));
        return draw(parts, { personId: principal.id, channelId, standing, m }, signal);
      });
    },
    clicks: {
      [HOME_REFRESH_BUTTON]: onClick({
        v: 1,
        carries: z.object({ v: z.literal(1), channel: z.string().min(1) }),
        async handle({ principal, carries, reply: { showHome } }, { standing, m }) {
          if (!showHome) throw new MalformedCarries('a button of the home tab that stands elsewhere');
          const whose = { personId: principal.id, channelId: carries.channel, standing, m };
          return { after: (signal) => showHome(() => draw(parts, whose, signal)) };
        },
      }),
    },
  };
}

interface Whose {
  readonly personId: string;
  readonly channelId: string;
  readonly standing: Standing;
  readonly m: Catalog;
}

async function draw(parts: HomeParts, whose: Whose, stopping: AbortSignal): Promise<readonly Block[]> {
  const { standing, m, channelId } = whose;
  if (standing.role === 'none') return [{ kind: 'text', text: m.ops.barred(standing.why) }];
  const { db, clock, commands, linkTo } = parts;
  const signal = timeLimit(READ_MS, stopping);
  const facts = await readHome({ ...whose, db, linkTo, rules: parts.rules(), now: clock.now(), signal });
  return drawHome(facts, { rights: standing, commands, channelId, m });
}
