/**
 * The shape of `hikeshi.yaml`, with the descriptions that become the JSON Schema and the reference page. Shape only: names
 * that must exist, variables that must be set and matchers that must parse are checked when the config is built.
 */
import { z } from 'zod';
import { DURATION_PATTERN } from '../domain/duration.ts';
import { TERM_HOW } from '../domain/term.ts';
import { not } from './not.ts';
import { guardrails } from './schema-guardrails.ts';
import { timetableEntry } from './schema-timetable.ts';

const duration = z.string().regex(new RegExp(DURATION_PATTERN), not('duration'));

/** Keys that people choose: they turn up in URLs, buttons and messages. */
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, not('name'));

const variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,99}$/, not('variable'))
  .meta({ examples: ['ALERTMANAGER_WEBHOOK_TOKEN'] });

const channel = z
  .string()
  .regex(/^#?[^\s#,<>@|]{1,80}$/, not('channel'))
  .meta({ examples: ['alerts'] });

const pageEntry = z
  .string()
  .regex(/^([UWS][A-Z0-9]{2,20}|@[^\s@<>]{1,80}|channel|here)$/, not('page'))
  .meta({ examples: ['@hana'] });

const principal = z
  .string()
  .regex(/^([UWS][A-Z0-9]{2,20}|@[^\s@<>]{1,80})$/, not('principal'))
  .meta({ examples: ['@hana'] });

const httpUrl = z
  .string()
  .regex(/^https?:\/\/[^\s@]+$/, not('url'))
  .meta({ examples: ['https://alertmanager.example.com'] });

const matcherList = z
  .union([z.string(), z.array(z.string())])
  .meta({ examples: [['severity="critical"', 'team=~"db|cache"']] });

const slack = z
  .strictObject({
    channel: channel.describe('Where an incident goes that no route sends elsewhere: name or id.'),
    language: z.enum(['en', 'ja']).default('en').describe('Language of channels and people without one of their own.'),
    zone: z
      .string()
      .default('UTC')
      .meta({
        description: "IANA time zone of the team: a snooze `until 9:00` ends at this zone's 9:00.",
        examples: ['Asia/Tokyo'],
      }),
    oncall: z
      .union([pageEntry, z.array(pageEntry)])
      .optional()
      .describe('Mentioned for a critical incident that no policy pages for.'),
    fallback: channel
      .optional()
      .describe(
        'Takes what could not be delivered elsewhere (channel archived, bot not in it). Default: `slack.channel`.',
      ),
  })
  .meta({ description: 'Where and how Hikeshi speaks.', examples: [{ channel: 'alerts' }] });

const source = z
  .strictObject({
    token: variable
      .optional()
      .describe('Variable with the bearer token. Default for the only source: `ALERTMANAGER_WEBHOOK_TOKEN`.'),
    previousToken: variable.optional().describe('Variable with the token before, accepted too while you rotate.'),
    basic: z
      .strictObject({
        username: z.string().min(1).describe('User name of basic authentication.'),
        password: variable.describe('Variable with the password.'),
        previousPassword: variable.optional().describe('Variable with the password before, accepted too.'),
      })
      .optional()
      .describe('Basic authentication instead of, or beside, a token.'),
    auth: z.literal('none').optional().describe('`none` takes webhooks from anyone; only with `HOST` on loopback.'),
    api: z
      .array(httpUrl)
      .default([])
      .describe(
        "Base URLs of Alertmanager's API: each of an HA pair by its own address, not a balancer before them. Without one, silences and reconciling are off.",
      ),
    apiToken: variable.optional().describe('Variable with a bearer token for `api`.'),
    apiBasic: z
      .strictObject({
        username: z.string().min(1).describe('User name for `api`.'),
        password: variable.describe('Variable with the password for `api`.'),
      })
      .optional()
      .describe('Basic authentication for `api`, instead of a token.'),
    receivers: z
      .array(z.string().min(1))
      .default([])
      .describe('Receivers to reconcile before a webhook has named them.'),
    environment: z
      .string()
      .optional()
      .describe(
        'Environment of its alerts unless matchers say otherwise. Default: the only environment, if that has no matchers.',
      ),
  })
  .describe('One Alertmanager, or an HA pair.');

const cluster = z
  .strictObject({
    context: z
      .string()
      .min(1)
      .optional()
      .describe('Context in the kubeconfig. Default: the one called like the cluster.'),
    kubeconfig: z
      .string()
      .min(1)
      .optional()
      .describe('Path of a kubeconfig of its own. Default: `KUBECONFIG`, or the service account.'),
    execPlugins: z
      .array(z.string().min(1))
      .optional()
      .describe(
        'Commands that the kubeconfig may run for credentials, as written there (`aws`, `gke-gcloud-auth-plugin`). Default: none.',
      ),
  })
  .describe('How to reach one Kubernetes cluster.');

const database = z
  .strictObject({
    url: variable
      .meta({ examples: ['ORDERS_DATABASE_URL'] })
      .describe('Variable with `postgres://user:password@host/database`, of a role of its own for Hikeshi.'),
  })
  .describe('How to reach one PostgreSQL server, through one of its databases.');

/** As one types it; that there is one is checked where config is built. */
const verb = z.string().regex(/^[a-z][a-z0-9-]*$/, not('verb'));

const environment = z
  .strictObject({
    clusters: z
      .union([z.array(name), z.record(name, cluster)])
      .default([])
      .meta({
        description: 'Names of its clusters, or a map of names to how each is reached.',
        examples: [['main']],
      }),
    namespaces: z
      .array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, not('namespace')))
      .min(1)
      .optional()
      .describe('The only namespaces in its clusters that Hikeshi looks at and acts in. Default: all.'),
    databases: z
      .record(name, database)
      .default({})
      .meta({
        description: 'PostgreSQL servers that `/ops pg` looks at, by name.',
        examples: [{ orders: { url: 'ORDERS_DATABASE_URL' } }],
      }),
    matchers: matcherList
      .default([])
      .describe('An alert that all of these match belongs here, whatever its source says.'),
    requireReason: z
      .boolean()
      .optional()
      .describe('Ask for a reason before an action. Default: true for an environment called `production`, else false.'),
    approval: z
      .array(verb)
      .default([])
      .meta({
        description:
          'Actions that a second person must approve: verbs, or `low`, `medium`, `high` for all from that risk on. Default: none.',
        examples: [['scale']],
      }),
    atOnce: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe(
        'At most so many changes at a time, watching included; further ones wait for their turn. Default: no limit.',
      ),
    timeUp: z
      .enum(TERM_HOW)
      .optional()
      .describe(
        'What happens when the time of a change made with `--for` is up: `ask`, or `auto` for taking it back. Default: as typed; without `--auto` it asks.',
      ),
    actionsIn: z
      .array(channel)
      .min(1)
      .optional()
      .describe('Take actions on this environment from these channels only. Default: from anywhere.'),
    guardrails: guardrails
      .optional()
      .describe('Its own guardrails: each key given here counts instead of the one for all.'),
  })
  .describe('A place where things run.');

const route = z
  .strictObject({
    match: matcherList.default([]).describe("Matchers in Alertmanager's syntax; all must hold. None: everything."),
    channel: channel.optional().describe('Channel for these. Inherited by `routes` below, as the next three are.'),
    severity: z.enum(['critical', 'high', 'medium', 'low']).optional().describe("Replaces the alert's severity."),
    policy: z.string().optional().describe('Escalation policy, by its name in `policies`.'),
    runbook: z.string().optional().describe('Runbook, by its name in `runbooks`.'),
    continue: z.boolean().default(false).describe('Also try the routes after this one.'),
    get routes() {
      return z.array(route).default([]).describe('Routes tried before this one settles it.');
    },
  })
  .meta({
    description: 'First match wins, children before their parent, as in Alertmanager.',
    examples: [{ match: ['severity="critical"'], channel: 'alerts' }],
  });

const step = z
  .strictObject({
    after: duration.default('0s').meta({ description: 'How long after the step before.', examples: ['10m'] }),
    page: z
      .array(pageEntry)
      .min(1)
      .meta({
        description: 'Whom: user id (`U…`), user group id (`S…`), `@name` of either, `channel` or `here`.',
        examples: [['@hana']],
      }),
  })
  .meta({ description: 'One step of an escalation policy.', examples: [{ after: '10m', page: ['@hana'] }] });

const policy = z.union([
  z.array(step).min(1),
  z.strictObject({
    steps: z.array(step).min(1).describe('The steps, in order.'),
    repeat: z.int().min(0).max(100).default(0).describe('How many times the steps run again after the last one.'),
  }),
]);

const runbook = z
  .strictObject({
    link: httpUrl.optional().describe('Shown on the incident.'),
    target: z
      .string()
      .optional()
      .meta({
        description: 'What actions act on when the labels do not say: `[environment/[cluster/]]namespace/[kind/]name`.',
        examples: ['production/shop/deployment/checkout'],
      }),
    actions: z
      .array(verb)
      .default([])
      .meta({ description: 'Suggested as buttons: actions that need nothing but a target.', examples: [['restart']] }),
  })
  .describe('What to look at and what to do for some alerts; a route names it.');

const spellings = z.array(z.union([z.string(), z.number()])).default([]);

const roles = z
  .strictObject({
    viewer: z
      .array(principal)
      .default([])
      .describe('May read and handle incidents (acknowledge, give back, resolve, escalate).'),
    operator: z.array(principal).default([]).describe('May also run every action everywhere.'),
    admin: z.array(principal).default([]).describe("May also change Hikeshi's own state."),
    approver: z.array(principal).default([]).describe("May approve other people's plans; a grant of its own."),
    default: z
      .enum(['viewer', 'none'])
      .default('viewer')
      .describe('What a full member of the workspace is without being named.'),
  })
  .describe('Who may do what: user ids, user group ids, or `@name` of either.');

const permission = z
  .strictObject({
    who: z.array(principal).min(1).describe('User ids, user group ids, or `@name` of either.'),
    verbs: z.array(verb).min(1).optional().describe('Actions, as one types them. Default: all.'),
    on: z
      .array(z.string())
      .min(1)
      .meta({
        description:
          'Targets: `environment/*` for all of it, or `environment/[cluster/]namespace/[kind/]name`, with `*` for any characters.',
        examples: [['staging/*', 'production/shop/*']],
      }),
  })
  .meta({
    description: 'Lets people who are no operators run some actions on some targets. Nothing here takes anything away.',
    examples: [{ who: ['@dev'], on: ['staging/*'] }],
  });

const named = <T extends z.ZodType>(value: T) => z.record(name, value).default({});

export const configSchema = z
  .strictObject({
    slack,
    sources: named(source).describe(
      'Who may post alerts, by name: `POST /webhooks/alertmanager/NAME`. None named: one called `default`.',
    ),
    guardrails: guardrails.prefault({}).describe('What nobody does, whatever their rights; for all environments.'),
    environments: named(environment).describe('Where things run, by name.'),
    channels: z
      .strictObject({
        allowed: z.array(channel).default([]).describe('Channels that an alert may choose for itself.'),
        from: z
          .array(z.string().min(1))
          .default(['slack_channel'])
          .describe(
            "Names under which an alert asks for one: its labels, then annotations, then Alertmanager's route labels.",
          ),
      })
      .prefault({})
      .describe('Channels chosen by alerts.'),
    severities: z
      .strictObject({
        critical: spellings.describe('Besides: critical page p1 sev1 fatal emergency 1.'),
        high: spellings.describe('Besides: high error major p2 2.'),
        medium: spellings.describe('Besides: medium warning warn minor p3 3. Absent and unknown are medium, too.'),
        low: spellings.describe('Besides: low info none notice debug p4 p5 4 5.'),
      })
      .prefault({})
      .describe('More spellings of severities; one listed here wins over the usual meaning. Case does not matter.'),
    severityLabel: z.string().min(1).default('severity').describe('Label that holds the severity.'),
    routes: z.array(route).default([]).describe('Which alerts go where; what no route takes goes to `slack.channel`.'),
    policies: named(policy).describe('Escalation policies by name: a list of steps, or `steps` and `repeat`.'),
    runbooks: named(runbook).describe('Runbooks by name.'),
    roles: roles.prefault({}),
    permissions: z.array(permission).default([]).describe('What people may besides their role.'),
    timetable: named(timetableEntry(channel)).describe('What is done at set times, by name.'),
    commands: z
      .strictObject({
        disabled: z
          .array(z.string().min(1))
          .default([])
          .describe('Words of `/ops` that are switched off; `hikeshi rbac` grants nothing for them.'),
      })
      .prefault({})
      .describe('Which commands there are.'),
    audit: z
      .strictObject({
        channel: channel
          .optional()
          .describe("Takes the head of the audit's chain each hour, for `hikeshi audit verify`. The log has it, too."),
      })
      .prefault({})
      .describe('The record of who did what.'),
    heartbeat: z
      .strictObject({
        url: variable
          .meta({ examples: ['HIKESHI_HEARTBEAT_URL'] })
          .describe(
            'Variable with the http(s) URL that is called by GET; a secret, for whoever knows it can keep the watchdog quiet.',
          ),
        every: duration
          .default('1m')
          .meta({ description: 'How often, from 10s to 1h; the watchdog should wait for three.', examples: ['1m'] }),
      })
      .optional()
      .describe('A call outwards as long as Hikeshi can do its work: what misses it knows that Hikeshi is dead.'),
    maxBody: z
      .union([z.string(), z.int().positive()])
      .default('32MiB')
      .meta({ description: 'Largest webhook body.', examples: ['32MiB'] }),
    reopenWindow: duration.default('15m').meta({
      description: 'A re-fire this soon after the resolve reopens the incident; `0s`: never.',
      examples: ['15m'],
    }),
    openAfter: duration.default('10m').meta({
      description:
        'After Hikeshi was away: what has fired for this long in Alertmanager without a webhook is opened. Longer than `group_wait`.',
      examples: ['10m'],
    }),
  })
  .describe('Hikeshi');

export type ConfigInput = z.output<typeof configSchema>;
export type RouteInput = ConfigInput['routes'][number];
export type SourceInput = ConfigInput['sources'][string];
export type EnvironmentInput = ConfigInput['environments'][string];
