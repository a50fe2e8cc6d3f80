import { z } from 'zod';
import { DURATION_PATTERN } from '../domain/duration.ts';
import { BREAK_GLASS } from '../domain/guardrails.ts';
import { not } from './not.ts';

const duration = z.string().regex(new RegExp(DURATION_PATTERN), not('duration'));

const moment = z.string().regex(/^[A-Za-z0-9: T-]{1,20}$/, not('time'));

const freeze = z
  .strictObject({
    name: z.string().min(1).max(100).describe('What it is called when it says no.'),
    from: moment
      .optional()
      .meta({ description: 'First moment: `2026-12-28 18:00`, each week `fri 18:00`, or each day `22:00`.' }),
    to: moment.optional().meta({ description: 'First moment after it, written like `from`.' }),
    dates: z
      .array(moment)
      .optional()
      .meta({ description: 'Whole days, such as holidays.', examples: [['2027-01-01']] }),
    zone: z.string().optional().describe('IANA time zone of these times. Default: that of the guardrails.'),
  })
  .meta({
    description: 'A time in which nothing is changed: `from` and `to`, or `dates`.',
    examples: [{ name: 'weekend', from: 'fri 18:00', to: 'mon 08:00' }],
  });

/** Keys for all environments, and for one: what an environment says of a key counts there instead. */
export const guardrails = z
  .strictObject({
    protectedNamespaces: z
      .array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, not('namespace')))
      .optional()
      .describe(
        'Namespaces in which nothing is changed. Default: `kube-system`, `kube-public`, `kube-node-lease`, `default`.',
      ),
    exceptions: z
      .array(z.string())
      .optional()
      .meta({
        description: 'What may be done there all the same: a verb and a whole target.',
        examples: [['restart kube-system/deployment/cluster-autoscaler']],
      }),
    protectedLabel: z
      .string()
      .regex(/^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/, not('label'))
      .optional()
      .describe('A workload with this label is left alone, unless its value is `false`. Default: `hikeshi/protected`.'),
    replicas: z
      .strictObject({
        min: z.int().min(0).max(10_000).optional().describe('Default: 0.'),
        max: z.int().min(0).max(10_000).optional().describe('Default: 100.'),
      })
      .optional()
      .describe('How many replicas may be asked for.'),
    coolDown: duration
      .optional()
      .describe('How long a target is left alone after an action on it has ended. Default: `0s`.'),
    zone: z
      .string()
      .optional()
      .meta({ description: 'IANA time zone of `freezes`. Default: `UTC`.', examples: ['Asia/Tokyo'] }),
    freezes: z.array(freeze).optional().describe('Times in which nothing is changed. Default: none.'),
    blastRadius: z
      .strictObject({
        actions: z.int().min(1).max(10_000).optional().describe('At most so many actions.'),
        percent: z.int().min(1).max(100).optional().describe("At most so much of the environment's pods touched."),
        within: duration.optional().describe('In this time. Default: `10m`.'),
      })
      .optional()
      .describe('How much may happen at once. Default, and `{}`: no limit.'),
    incidentRequired: z
      .boolean()
      .optional()
      .describe('Only for an open incident, from its buttons or its thread. Default: false.'),
    breakGlass: z
      .enum(BREAK_GLASS)
      .optional()
      .describe('Who may lift one of these once, for one action, with a reason and aloud. Default: `admin`.'),
  })
  .meta({ id: 'guardrails', description: 'What nobody does, whatever their rights.' });

export type GuardrailsInput = z.output<typeof guardrails>;
