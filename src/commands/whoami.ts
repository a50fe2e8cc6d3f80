import { z } from 'zod';
import { defineQuery } from '../core/define.ts';
import { grantWords, wordWhy } from '../core/rights/words.ts';
import { messageOf, type Text } from '../domain/content.ts';

/** Somebody who is named in so many permissions reads the config. */
const GRANTS_SHOWN = 10;

/** What one may oneself, each with its line of the config. */
export const query = defineQuery({
  name: 'whoami',
  positionals: [],
  flags: [],
  args: z.object({}),
  summary: (m) => m.rights.whoami.summary,
  examples: ['whoami'],
  role: 'viewer',
  isPrivate: () => true,
  needs: ['rights'],

  async answer(_args, { rights }, { principal, now }, m) {
    const { role, why, approver, grants } = await rights.standingOf(principal, now);
    const words = m.rights.whoami;
    const head = words.role({ role, why: wordWhy(m, why, true) });
    const lines: Text[] = [
      words.means({ role }),
      ...(approver ? [words.approver()] : []),
      ...grants.slice(0, GRANTS_SHOWN).map((grant) => words.grant(grantWords(grant))),
      ...(role === 'viewer' && grants.length === 0 ? [words.noGrants()] : []),
      ...[...rights.actionsIn()].map(([environment, channels]) => m.rights.onlyIn({ environment, channels })),
    ];
    return messageOf(head, { kind: 'list', items: lines });
  },
});
