/** What `hikeshi check` finds, and what mends it. Plain text, for a terminal. */

interface Variable {
  readonly variable: string;
}

const away = ({ variable }: Variable): string =>
  `check host and port in ${variable}, and that the server runs and takes connections from here`;

const as = (user: string | undefined): string => (user === undefined ? '' : `, as ${user}`);

export const found = {
  /** What was looked at, before what was found. */
  what: {
    config: 'config',
    port: (p: { port?: number }): string => (p.port === undefined ? 'port' : `port ${p.port}`),
    grants: 'grants',
    audit: 'audit',
    appToken: 'slack app token',
    sockets: 'Socket Mode',
    scopes: 'slack scopes',
    scope: (p: { scope: string }): string => `slack scope ${p.scope}`,
    channels: 'channels',
    channel: (p: { channel?: string }): string => (p.channel === undefined ? 'channel' : `channel ${p.channel}`),
    people: 'people',
    webhook: (p: { source: string }): string => `webhook ${p.source}`,
    heartbeat: 'heartbeat',
    clusters: 'clusters',
    cluster: (p: { cluster: string }): string => `cluster ${p.cluster}`,
    databases: 'databases',
    database: (p: { database: string }): string => `database ${p.database}`,
    test: 'test alert',
  },

  waits: {
    places: (p: { places: readonly string[] }): string =>
      `until ${p.places.join(', ')} ${p.places.length === 1 ? 'is' : 'are'} right`,
    file: (p: { file: string }): string => `until ${p.file} can be read`,
    all: 'until all of this is right',
  },

  port: {
    free: 'free',
    taken: {
      detail: 'is taken, which is right only if Hikeshi is running',
      remedy: 'stop what listens there, or set PORT to another one',
    },
    forbidden: { detail: 'no right to listen there', remedy: 'set PORT to one above 1023' },
    other: { remedy: 'set HOST to an address of this machine, or unset it' },
  },

  store: {
    embedded: (p: { dir: string }): string => `embedded, in ${p.dir}`,
    unwritable: {
      detail: (p: { dir: string; why: string }): string => `embedded, in ${p.dir}: ${p.why}`,
      remedy: 'set HIKESHI_DATA_DIR to a directory that may be written to',
    },
    schema: (p: { version: number }): string => `schema ${p.version}`,
    behind: {
      detail: (p: { version: number; ours: number }): string => `schema ${p.version}, this program needs ${p.ours}`,
      remedy: 'run `hikeshi migrate` with DATABASE_MIGRATE_URL',
    },
    closed: {
      detail: (p: { role: string; tables: readonly string[]; more: number }): string =>
        `${p.role} may not write to ${p.tables.join(', ')}${p.more > 0 ? ` and ${p.more} more` : ''}`,
      remedy:
        'run `hikeshi migrate` with both DATABASE_MIGRATE_URL and DATABASE_URL set: it grants to the role of the latter',
    },
    mayDelete: {
      detail: 'the role of DATABASE_URL may delete audit entries; only a trigger stands in',
      remedy: 'use a role that is not the owner in DATABASE_URL, and the owner in DATABASE_MIGRATE_URL',
    },
    remedies: {
      credentials: ({ variable }: Variable): string => `check user and password in ${variable}`,
      absent: ({ variable }: Variable): string => `create the database, or name another one in ${variable}`,
      role: ({ variable }: Variable): string =>
        `check which role ${variable} logs in with; \`hikeshi migrate\` grants rights to that of DATABASE_URL`,
      tables: (): string => 'run `hikeshi migrate`',
      away,
      look: ({ variable }: Variable): string => `check ${variable}`,
    },
    redis: {
      answers: 'answers',
      away: {
        detail: 'does not answer',
        remedy: 'check REDIS_URL; work is delayed by up to a second without it, nothing is lost',
      },
    },
  },

  slack: {
    workspace: (p: { team: string; way: string }): string => `workspace ${p.team}, ${p.way}`,
    scopes: (p: { count: number }): string => `all ${p.count} are granted`,
    scope: {
      detail: (p: { use: string }): string => `missing, for ${p.use}`,
      /** In the words of whoever reads Slack's reference. */
      uses: {
        'app_mentions:read': 'app_mention: words to the bot in a channel or an incident’s thread',
        'channels:history':
          'conversations.history and .replies: a post whose answer was lost is looked for before it is sent again',
        'channels:read':
          'conversations.list and .members, channel_* and member_* events: where the bot is, who would be told',
        'chat:write': 'chat.postMessage, .update, .delete, .postEphemeral',
        'chat:write.public': 'chat.postMessage: an alert reaches a public channel to which nobody invited the bot yet',
        commands: 'the slash command',
        'files:read': 'files.info: the link of such a file',
        'files:write':
          'files.getUploadURLExternal and .completeUploadExternal: long answers, as files in a direct conversation',
        'groups:history': 'the same look-ups in private channels',
        'groups:read': 'the same listings and events for private channels',
        'im:history': 'message.im: words to the bot in a direct conversation, and look-ups there',
        'im:write': 'conversations.open: direct messages to whoever is on call',
        'usergroups:read': 'usergroups.list, subteam_* events: rights and mentions by group',
        'users:read': 'users.list and .info, team_join, user_change: who may do what',
      },
      remedy: 'paste `hikeshi slack-manifest` into the app again and reinstall it',
    },
    remedies: {
      botToken: 'check SLACK_BOT_TOKEN (xoxb-...), and that the app is installed in the workspace',
      appToken: 'check SLACK_APP_TOKEN (xapp-...): an app-level token of this app with the scope connections:write',
      away: 'check that Slack can be reached from here (SLACK_API_URL, if it is set), then try again',
      name: 'write the name as the Slack profile has it, or the member ID (U...) or user group ID (S...)',
      invite: (p: { channel: string }): string => `type /invite @Hikeshi in #${p.channel}`,
    },
    sockets: {
      connected: 'a connection was opened, and closed again',
      link_disabled: {
        detail: 'Socket Mode is off for this app, so no button and no command arrives',
        remedy: 'switch on "Enable Socket Mode" on the page "Socket Mode" of the app at https://api.slack.com/apps',
      },
      too_many_websockets: {
        detail: 'the app has ten connections already, which is all that Slack allows',
        remedy: 'stop what else uses this app token; five `web` processes are the most',
      },
    },
    channel: {
      member: 'member',
      notMember: 'the app is no member',
      private: 'is private and the app is no member: nothing can be posted there',
      absent: {
        detail: 'is not there, or the app cannot see it',
        remedy: 'make it, or invite the app if it is private',
      },
    },
    people: (p: { names: readonly string[] }): string => `${p.names.join(', ')}: all are there`,
    named: (p: { who: string; places: readonly string[] }): string => `${p.who} in ${p.places.join(', ')}`,
  },

  alerts: {
    version: (p: { version: string }): string => `version ${p.version}`,
    fewer: {
      detail: (p: { version: string; peers: number; named: number }): string =>
        `version ${p.version}, one of ${p.peers}, but api names ${p.named}`,
      remedy: 'name each of them under `api`, by its own address: only what is absent on all of them has ended',
    },
    remedies: {
      credentials: 'name its credentials: apiToken or apiBasic of the source',
      path: 'check the address under `api`, a route prefix included',
      away: 'check the address under `api`, and that it can be reached from here',
    },
    heartbeat: {
      ok: 'the watchdog can be reached; no beat was sent',
      remedy: 'check the address that `heartbeat.url` names, and that it can be reached from here',
    },
    noAnswer: 'no answer',
    another: 'an answer that is not Alertmanager’s',
    posted: (p: { time: string }): string => `Alertmanager posted last at ${p.time}`,
    silent: {
      detail: 'no Alertmanager has posted here yet',
      remedy: 'put this into its alertmanager.yml, with an address at which it reaches Hikeshi:',
    },
    secret: (p: { file: string; variable: string | undefined }): string =>
      `${p.file} holds ${p.variable === undefined ? 'the password of this source' : `the value of ${p.variable}`}, and nothing else`,
  },

  cluster: {
    rights: (p: { count: number; user: string | undefined }): string =>
      `all ${p.count} rights that the enabled commands need${as(p.user)}`,
    right: (p: { permission: string; namespace: string }): string => `${p.permission} in ${p.namespace}`,
    lacks: {
      detail: (p: { rights: readonly string[]; more: number; count: number; user: string | undefined }): string =>
        `lacks ${p.rights.join(', ')}${p.more > 0 ? ` and ${p.more} more` : ''}, of ${p.count} rights${as(p.user)}`,
      remedy: (p: { command: string }): string => `somebody who may runs: ${p.command}`,
    },
    away: (p: { code: string }): string => `the API server cannot be reached (${p.code})`,
    remedies: {
      misconfigured: 'check KUBECONFIG and the context under `clusters`',
      away: 'check that the API server can be reached from here with this context',
    },
  },

  database: {
    answers: (p: { version: string; standby: boolean }): string =>
      `PostgreSQL ${p.version}, ${p.standby ? 'standby' : 'primary'}`,
    lacks: {
      pg_monitor: 'only sessions of our own role can be seen',
      pg_signal_backend: 'sessions of other roles cannot be ended',
      remedy: (p: { grant: string }): string => `an administrator of it runs: ${p.grant}`,
    },
    superuser: {
      detail: (p: { role: string }): string => `${p.role} is a superuser`,
      remedy: ({ variable }: Variable): string =>
        `use a role of its own in ${variable}, with pg_monitor and pg_signal_backend`,
    },
    old: {
      detail: (p: { version: string; oldest: number }): string => `version ${p.version} is older than ${p.oldest}`,
      remedy: (p: { oldest: number }): string => `upgrade it; looks are tried with PostgreSQL ${p.oldest} and newer`,
    },
    remedies: {
      away,
      full: (): string => 'raise max_connections, or keep some with reserved_connections (PostgreSQL 16)',
      unauthorized: ({ variable }: Variable): string =>
        `check user and password in ${variable}, and pg_hba.conf of the server`,
      forbidden: ({ variable }: Variable): string => `check which role ${variable} logs in with`,
      slow: (): string => 'try again when the server has less to do',
      misconfigured: ({ variable }: Variable): string => `check the database's name and sslmode in ${variable}`,
      look: ({ variable }: Variable): string => `check ${variable}`,
    },
  },

  test: {
    shown: (p: { incident: string; channel: string; seconds: number }): string =>
      `${p.incident} is in ${p.channel}, ${p.seconds} s later`,
    resolves: (p: { shown: string; lasts: string }): string => `${p.shown}; it resolves by itself in ${p.lasts}`,
    notShown: {
      detail: (p: { incident: string; seconds: number; why: string | null }): string =>
        `${p.incident} is stored, but after ${p.seconds} s not in Slack${p.why === null ? '' : `: ${p.why}`}`,
      remedy: 'see that a `worker` process runs, and /ready of it',
    },
    answered: (p: { address: string; status: number }): string => `${p.address} answered HTTP ${p.status}`,
    remedies: {
      away: 'start Hikeshi first; it must listen there',
      token: 'the running program has another token for this source: start it anew with the same environment',
      source: 'the running program has no such source, or is no `web` process: start it anew with the same config',
      database: 'the running program cannot reach its database',
      log: 'look into its log',
    },
  },
};
