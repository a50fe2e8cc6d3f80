import { z } from 'zod';
import { defineQuery } from '../core/define.ts';
import { openAnswer } from '../incidents/open.ts';

/** What is open, the most severe first. */
export const query = defineQuery({
  name: 'incidents',
  positionals: [],
  flags: [],
  args: z.object({}),
  summary: (m) => m.incident.lookUp.open,
  examples: ['incidents'],
  role: 'viewer',
  needs: ['db', 'linkTo'],
  answer: (_args, { db, linkTo }, asked, m) => openAnswer(db, linkTo, asked, m),
});
