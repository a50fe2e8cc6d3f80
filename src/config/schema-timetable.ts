import { z } from 'zod';

/** One entry: what is done at set times. @param channel as everywhere in the file */
export const timetableEntry = (channel: z.ZodType<string>) =>
  z
    .strictObject({
      at: z.string().meta({
        description:
          'When: five fields of cron (minute, hour, day of month, month, day of week), at most each 5 minutes.',
        examples: ['0 20 * * 1-5'],
      }),
      zone: z
        .string()
        .optional()
        .meta({ description: 'IANA time zone of `at`. Default: `slack.zone`.', examples: ['Asia/Tokyo'] }),
      environment: z.string().optional().describe('Where. Default: the only environment.'),
      do: z.union([z.string(), z.array(z.string()).min(1).max(20)]).meta({
        description: 'What: actions as one types them after `/ops`, each on a target with its namespace.',
        examples: [['scale shop/checkout 0']],
      }),
      reason: z
        .string()
        .trim()
        .min(1)
        .max(500)
        .meta({
          description: 'Why: the reason of each action, for post, cluster and audit.',
          examples: ['staging sleeps at night'],
        }),
      channel: channel
        .optional()
        .describe("Where it is told. Default: the first of the environment's `actionsIn`, else `slack.channel`."),
    })
    .meta({
      description: 'Actions that are done at set times, under the rights and guardrails of their environment.',
      examples: [{ at: '0 20 * * 1-5', do: ['scale shop/checkout 0'], reason: 'staging sleeps at night' }],
    });
