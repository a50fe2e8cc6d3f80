/** What is wrong with `hikeshi.yaml`, and what to write instead, after the place in the file. Plain text, for a terminal. */
import type { Meant, Wrong } from '../wrong.ts';

const meant = ({ near, known }: Meant, none: string): string => {
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length === 0 ? none : `there is ${known.join(', ')}`;
};

const begin = 'copy hikeshi.example.yaml to begin with, or set HIKESHI_CONFIG';
const sections = { policies: 'policy', runbooks: 'runbook', environments: 'environment' };
const times = 'write 2026-12-28 18:00, fri 18:00 or 22:00, both in the same way';
const cron = "write minute, hour, day of month, month and day of week, such as '0 20 * * 1-5'";
const setOncall = "set slack.oncall: '@name' of a person or user group";

export const config = {
  meant,

  file: {
    absent: { detail: 'there is no such file', remedy: begin },
    unreadable: (p: { code: string }): Wrong => ({
      detail: `the file cannot be read${p.code === '' ? '' : ` (${p.code})`}`,
      remedy: begin,
    }),
  },

  yaml: {
    deep: { detail: 'the YAML is nested too deeply', remedy: 'look for brackets that are never closed' },
    aliases: { detail: 'the aliases in the YAML cannot be expanded', remedy: 'write the values out' },
    twice: (p: { key: string }): Wrong => ({
      detail: p.key === '' ? 'not valid YAML: a key is here twice' : `not valid YAML: there are two "${p.key}" here`,
      remedy: 'keep one of the two',
    }),
    uneven: {
      detail: 'not valid YAML: the next line is indented differently',
      remedy: 'give both lines the same indentation, two spaces a level',
    },
    unquoted: (p: { parser: string }): Wrong => ({
      detail: `not valid YAML: ${p.parser}`,
      remedy: "put the value in quotes: '@hana'",
    }),
    indent: (p: { parser: string }): Wrong => ({
      detail: `not valid YAML: ${p.parser}`,
      remedy: 'indent with spaces, two a level',
    }),
    tag: (p: { parser: string }): Wrong => ({
      detail: `not valid YAML: ${p.parser}`,
      remedy: 'remove the tag (the word with the !)',
    }),
    other: (p: { parser: string }): Wrong => ({
      detail: `not valid YAML: ${p.parser}`,
      remedy: 'look at this line and the one above: quotes, colons and indentation',
    }),
    secret: {
      detail: 'holds a secret itself',
      remedy: 'put it into an environment variable and name that here; then replace it, for it was written down',
    },
    control: { detail: 'holds a control character', remedy: 'write it without' },
    badKey: { detail: 'is not usable as a key', remedy: 'choose another name' },
  },

  matchers: {
    none: { detail: 'holds no matcher', remedy: 'write name="value", or remove it to match everything' },
    unreadable: (p: Wrong & { position: number }): Wrong => ({
      detail: `matcher cannot be read, character ${p.position}: ${p.detail}`,
      remedy: p.remedy,
    }),
  },
  absent: (p: { section: keyof typeof sections; name: string; meant: Meant }): Wrong => ({
    detail: `there is no ${sections[p.section]} "${p.name}"`,
    remedy: meant(p.meant, `add it under ${p.section}`),
  }),
  noCluster: (p: { environment: string; cluster: string; meant: Meant }): Wrong => ({
    detail: `environment "${p.environment}" has no cluster "${p.cluster}"`,
    remedy: meant(p.meant, 'add it to its clusters, or leave it out'),
  }),
  noAction: (p: { verb: string; meant: Meant }): Wrong => ({
    detail: `there is no action "${p.verb}"`,
    remedy: meant(p.meant, 'see `/ops help`'),
  }),
  noCommand: (p: { name: string; meant: Meant }): Wrong => ({
    detail: `there is no command "${p.name}"`,
    remedy: meant(p.meant, 'see `/ops help`'),
  }),
  noZone: (p: { zone: string }): Wrong => ({
    detail: `there is no time zone "${p.zone}"`,
    remedy: 'write an IANA name such as Asia/Tokyo',
  }),
  noPerson: { detail: 'is no person or user group', remedy: 'name the people, or a user group of them' },
  noTargets: {
    detail: 'is no target',
    remedy:
      "write 'staging/*', 'production/shop/*', 'production/*/deployment/checkout' or 'production/*/database/orders'",
  },
  unset: (p: { variable: string }): Wrong => ({
    detail: `the variable ${p.variable} is not set`,
    remedy: `set ${p.variable}, or ${p.variable}_FILE to the path of a file with the value`,
  }),
  noPostgres: (p: { variable: string }): Wrong => ({
    detail: `the variable ${p.variable} holds no postgres:// URL`,
    remedy: 'write postgres://user:password@host/database, special characters in the password as %40 and the like',
  }),

  heartbeat: {
    every: { detail: 'is not between 10s and 1h', remedy: 'write for example 1m' },
    url: (p: { variable: string }): Wrong => ({
      detail: `the variable ${p.variable} holds no http(s) URL`,
      remedy: 'copy it from the watchdog',
    }),
  },

  severities: {
    empty: { detail: 'is empty', remedy: 'remove it: an absent severity is medium' },
    twice: (p: { severity: string }): Wrong => ({
      detail: `is listed under ${p.severity}, too`,
      remedy: 'keep one of the two',
    }),
  },
  maxBody: { detail: 'is no size from 64KiB to 1GiB', remedy: 'write for example 32MiB' },

  freeze: {
    never: { detail: 'has no time', remedy: 'give it from and to, or dates' },
    no: {
      from: { detail: 'has no from', remedy: times },
      to: { detail: 'has no to', remedy: times },
    },
    noTime: { detail: 'is no such time', remedy: times },
    ends: { detail: 'is not after from', remedy: 'give it a later time' },
    date: { detail: 'is no date', remedy: 'write for example 2027-01-01' },
  },
  exception: {
    detail: 'is no verb and target',
    remedy: 'write for example restart kube-system/deployment/cluster-autoscaler',
  },
  replicas: (p: { min: number; max: number }): Wrong => ({
    detail: `its min ${p.min} is above its max ${p.max}`,
    remedy: 'turn them round',
  }),
  twoClusters: (p: { name: string }): Wrong => ({
    detail: `there are two clusters "${p.name}"`,
    remedy: 'remove one or give it another name',
  }),

  runbook: {
    off: (p: { action: string }): Wrong => ({
      detail: `"${p.action}" is switched off under commands.disabled`,
      remedy: 'remove one of the two',
    }),
    noButton: (p: { action: string; can: readonly string[] }): Wrong => ({
      detail: `"${p.action}" has to be told more than its target, which no button can`,
      remedy: `remove it, and type it in the incident's thread; buttons can carry ${p.can.join(', ')}`,
    }),
    target: {
      detail: 'is no target',
      remedy: 'write production/shop/deployment/checkout; environment and kind may be left out',
    },
  },

  source: {
    guessed: (p: { least: number }): Wrong => ({
      detail: `is shorter than ${p.least} characters: whoever guesses it posts alerts`,
      remedy: 'make a long one, for example by `openssl rand -hex 32`',
    }),
    noDefault: (p: { names: readonly string[] }): Wrong => ({
      detail: 'none of several sources is called default, so /webhooks/alertmanager without a name answers 404',
      remedy: `let each Alertmanager post to /webhooks/alertmanager/NAME (${p.names.join(', ')})`,
    }),
    twoApiCredentials: { detail: 'is there beside apiBasic', remedy: 'keep one of them' },
    noApi: {
      detail: 'has credentials for an API but no api',
      remedy: "name its base URLs: api: ['https://alertmanager…']",
    },
    noneAndSome: { detail: 'is none, but there are credentials', remedy: 'remove one of the two' },
    open: {
      detail: 'none would let anyone post alerts',
      remedy: 'give the source a token, or listen on this machine only with HOST=127.0.0.1',
    },
    onlyWithout: (p: { variable: string }): Wrong => ({
      detail: `has no credentials: ${p.variable} is not set`,
      remedy: 'set it, or name another variable in token',
    }),
    without: {
      detail: 'has no credentials',
      remedy: 'name the variable of its token: token: ALERTMANAGER_WEBHOOK_TOKEN_…',
    },
  },

  route: {
    unreached: (p: { before: string; everything: boolean }): Wrong => ({
      detail: `is never reached: ${p.before} takes ${p.everything ? 'everything' : 'all that it matches'}`,
      remedy: 'move it before that one, or let that one continue',
    }),
  },

  paging: {
    unused: (p: { name: string }): Wrong => ({
      detail: 'is used by no route',
      remedy: `name it in a route (policy: ${p.name}), or remove it`,
    }),
    nobody: { detail: 'nobody is paged: no route has a policy and slack.oncall is not set', remedy: setOncall },
    nobodyHere: (p: { unrouted: boolean }): Wrong => ({
      detail: `critical: nobody is called for an alert that ${p.unrouted ? 'no route' : 'it'} takes: there is no policy and slack.oncall is not set`,
      remedy: setOncall,
    }),
    late: (p: { first: string; place: string }): Wrong => ({
      detail: `critical: nobody is called for the first ${p.first} of an alert that ${p.place} takes`,
      remedy: "begin it with a step without after: { page: ['@name'] }",
    }),
  },

  timetable: {
    unreadable: { detail: 'is no time that a clock shows', remedy: cron },
    never: { detail: 'never comes', remedy: cron },
    tooOften: (p: { minutes: number }): Wrong => ({
      detail: `comes more often than each ${p.minutes} minutes`,
      remedy: 'let it come less often',
    }),
    incidentsOnly: (p: { environment: string }): Wrong => ({
      detail: `environment "${p.environment}" takes actions for open incidents only: none of this is ever done`,
      remedy: 'switch incidentRequired off there, or remove the entry',
    }),
    noEnvironment: (p: { names: readonly string[] }): Wrong => ({
      detail: 'says no environment',
      remedy: p.names.length === 0 ? 'add one under environments' : `name one of ${p.names.join(', ')}`,
    }),
    twice: (p: { target: string }): Wrong => ({
      detail: `there is something else to be done with ${p.target}`,
      remedy: 'keep one of the two',
    }),
    bounds: (p: { min: number; max: number }): Wrong => ({
      detail: `guardrails.replicas lets nothing have fewer than ${p.min} or more than ${p.max}: this is never done`,
      remedy: 'widen them for this environment, or take another number',
    }),
    radius: (p: { actions: number; within: string; tasks: number }): Wrong => ({
      detail: `guardrails.blastRadius lets ${p.actions} actions happen within ${p.within}, and these are ${p.tasks} at once: the rest waits, an hour at most, or is not done`,
      remedy: 'give them several entries with times of their own, or raise it for this environment',
    }),
    protected: (p: { namespace: string }): Wrong => ({
      detail: `namespace "${p.namespace}" is protected: this is never done`,
      remedy: 'add it to guardrails.exceptions',
    }),
  },
};
