import { bold, code, dateTimeOf, type Text, text } from '../../domain/content.ts';

interface Sitting {
  readonly sessions: number;
  readonly pid: number;
  readonly application: string;
  readonly age: string;
}

function sitting(p: Sitting): Text {
  return text`${bold(p.sessions === 1 ? '1 session is' : `${p.sessions} sessions are`)} idle in transaction, the longest for ${bold(p.age)} (${code(String(p.pid))}${p.application ? `, ${p.application}` : ''}).`;
}

interface Held {
  readonly waiting: number;
  readonly pid: number;
  readonly application: string;
  readonly state: string;
  readonly age: string;
  readonly holdsUp: number;
}

function held(p: Held): Text {
  const who =
    p.pid === 0
      ? 'a prepared transaction'
      : text`${code(String(p.pid))} (${[p.application, p.state, p.age].filter(Boolean).join(', ')})`;
  return text`${bold(p.waiting === 1 ? '1 session waits' : `${p.waiting} sessions wait`)} for a lock; ${who} holds up ${p.holdsUp}.`;
}

/** What `/ops pg` and the actions on PostgreSQL sessions say. */
export const pg = {
  summary: 'a PostgreSQL server: connections, idle, blocks, waits, long, sizes, replication, cache, settings, test',

  /** When a look or an action could not be had, by the kind of error. */
  failed: {
    away: (p: { name: string; detail: string }): Text =>
      text`Database ${bold(p.name)} does not answer: ${code(p.detail)}. ${code('hikeshi check')} tries the connection.`,
    full: (p: { name: string; detail: string }): Text =>
      text`Database ${bold(p.name)} has no connection left, not even for this look: ${code(p.detail)}. ${code('reserved_connections')} (PostgreSQL 16) can keep one for Hikeshi.`,
    unauthorized: (p: { name: string; detail: string }): Text =>
      text`Database ${bold(p.name)} does not let Hikeshi in: ${code(p.detail)}. Check user and password in its URL, and pg_hba.conf.`,
    forbidden: (p: { name: string; detail: string }): Text =>
      text`Database ${bold(p.name)} forbids this to Hikeshi's role: ${code(p.detail)}. ${code('/ops pg test')} names the grants that are missing.`,
    slow: (p: { name: string; detail: string }): Text =>
      text`Database ${bold(p.name)} took longer than a look may (5 s), and it was cancelled: ${code(p.detail)}.`,
    misconfigured: (p: { name: string; detail: string }): Text =>
      text`Hikeshi's connection to database ${bold(p.name)} is set up wrongly: ${code(p.detail)}. ${code('hikeshi check')} says more.`,
    invalid: (p: { name: string; detail: string }): Text =>
      text`Database ${bold(p.name)} refuses this: ${code(p.detail)}`,
    changed: (p: { name: string }): Text =>
      text`What was meant in database ${bold(p.name)} is no more, or goes on with something else. Nothing was done.`,
  },

  // ---------------------------------------------------------------- pg-terminate, pg-cancel
  act: {
    idleFlag: 'all that have been idle in a transaction for this long, as in 10m',
    terminate: {
      summary: 'end PostgreSQL sessions by pid, chosen from those idle in transaction, or all that are so for too long',
      one: (p: { name: string; pid: number }): string => `Terminate session ${p.pid} of database ${p.name}`,
      several: (p: { name: string; sessions: number }): string =>
        `Terminate ${p.sessions} sessions of database ${p.name}`,
      idle: (p: { name: string; age: string }): string =>
        `Terminate sessions of database ${p.name} idle in transaction for ${p.age}`,
    },
    cancel: {
      summary: 'cancel the statement that a PostgreSQL session runs now; the session stays',
      one: (p: { name: string; pid: number }): string =>
        `Cancel the statement of session ${p.pid} of database ${p.name}`,
      several: (p: { name: string; sessions: number }): string =>
        `Cancel the statements of ${p.sessions} sessions of database ${p.name}`,
      idle: (p: { name: string; age: string }): string => `Cancel statements of database ${p.name}, ${p.age}`,
    },
    gone: (p: { gone: number }): Text =>
      text`${p.gone === 1 ? '1 has gone on since it was chosen, and is' : `${p.gone} have gone on since they were chosen, and are`} left alone.`,
    left: (p: { left: number }): Text =>
      text`${p.left === 1 ? '1 more is' : `${p.left} more are`} left alone: a superuser's, Hikeshi's own, or out of its reach.`,
    more: (p: { more: number }): Text =>
      text`${p.more} more are not in this list, which names the longest ones. Ask again for them afterwards.`,
    otherStatements: (n: number): Text =>
      text`The last ${n === 1 ? 'statement' : 'statements'} of ${n} more ${n === 1 ? 'is' : 'are'} left out.`,
    ended: (p: { done: number; of: number }): Text => {
      if (p.done === p.of) return text`${bold('Done')}: ${p.of === 1 ? 'it has' : `all ${p.of} have`} ended.`;
      return text`${bold('Done')}: ${p.done} of ${p.of} have ended; the rest had gone on with their work and were left alone.`;
    },
    late: (p: { done: number; of: number }): Text =>
      text`${bold('Not ended')}: ${p.done} of ${p.of} have ended within half a minute; the rest were told to and are still there.`,
    over: (p: { minutes: number }): string => `Terminate those over ${p.minutes} min`,
    choose: {
      terminate: (p: { name: string; most: number }): string =>
        `Sessions of ${p.name} that are idle in transaction, at most ${p.most}`,
      cancel: (p: { name: string; most: number }): string =>
        `Statements of ${p.name} in transactions of a second or longer, at most ${p.most}`,
    },
    terminateSome: 'Choose which…',
    terminateOne: (p: { pid: number }): string => `Terminate ${p.pid}`,
    cancelOne: (p: { pid: number }): string => `Cancel ${p.pid}`,
    whether: (p: { name: string; environment: string }): Text =>
      text`Next: see by ${code(`/ops pg long ${p.name} -e ${p.environment}`)} whether they are still there.`,
  },

  nothing: (): Text => text`Nobody waits for a lock, and no session is idle in transaction.`,
  look: { blocks: 'Who waits', connections: 'Connections' },

  hidden: (p: { hidden: number; grant: string }): Text =>
    text`${p.hidden === 1 ? '1 session' : `${p.hidden} sessions`} of other roles could not be seen. An administrator mends that: ${code(p.grant)}`,
  lastStatement: (p: { pid: number; query: string }): Text =>
    p.query === ''
      ? text`${code(String(p.pid))} has run nothing yet.`
      : text`${code(String(p.pid))} last ran ${code(p.query)}`,

  connections: {
    idleOnes: 'Those idle in transaction',
    found: (p: { where: string; used: number; free: number; max: number; reserved: number }): Text =>
      text`${bold(p.where)}: ${bold(`${p.used} of ${p.free}`)} connections are taken (${percent(p.used, p.free)}); ${code('max_connections')} is ${p.max}, ${p.reserved} of them reserved.`,
    states: (p: { active: number; idleInTransaction: number; idle: number; hidden: number }): Text =>
      text`${p.active} active, ${p.idleInTransaction} idle in transaction, ${p.idle} idle${p.hidden > 0 ? `, ${p.hidden} not seen` : ''}.`,
  },

  idle: {
    found: (p: Sitting & { where: string }): Text => text`${bold(p.where)}: ${sitting(p)}`,
    sitting,
    none: (p: { where: string }): Text => text`${bold(p.where)}: no session is idle in transaction.`,
  },

  blocks: {
    found: (p: Held & { where: string }): Text => text`${bold(p.where)}: ${held(p)}`,
    held,
    none: (p: { where: string }): Text => text`${bold(p.where)}: nobody waits for a lock.`,
    unasked: (p: { unasked: number }): Text =>
      text`Whom ${p.unasked === 1 ? '1 of them waits' : `${p.unasked} of them wait`} for was not looked at: looking at so many locks would hold up the server.`,
    prepared: (): Text =>
      text`A prepared transaction ends by ${code('COMMIT PREPARED')} or ${code('ROLLBACK PREPARED')} alone; ${code('/ops pg long')} names it.`,
  },

  waits: {
    found: (p: { where: string; active: number; waiting: number }): Text =>
      p.active === 0
        ? text`${bold(p.where)}: no session is active just now.`
        : text`${bold(p.where)}: ${bold(`${p.waiting} of ${p.active}`)} active sessions wait for something just now.`,
  },

  long: {
    found: (p: { where: string; transactions: number; age: string }): Text =>
      text`${bold(p.where)}: ${p.transactions === 1 ? '1 transaction is' : `${p.transactions} transactions are`} open for a second or longer, the longest for ${bold(p.age)}.`,
    none: (p: { where: string }): Text => text`${bold(p.where)}: no transaction has been open for as long as a second.`,
    prepared: (p: { name: string }): Text =>
      text`Prepared transaction ${code(p.name)} belongs to no session: its application ends it by ${code('COMMIT PREPARED')} or ${code('ROLLBACK PREPARED')}.`,
  },

  sizes: {
    found: (p: { where: string; database: string; size: string; tables: number }): Text =>
      p.tables === 0
        ? text`${bold(p.where)}: database ${code(p.database)} has ${bold(p.size)} and no table.`
        : text`${bold(p.where)}: database ${code(p.database)} has ${bold(p.size)}; its largest tables:`,
    noEstimate: (): Text =>
      text`Bloat is estimated from statistics; ${code('?')}: none yet (${code('ANALYZE')}), or Hikeshi's role may not read the table.`,
    locked: (p: { locked: number }): Text =>
      text`${p.locked === 1 ? '1 table was' : `${p.locked} tables were`} not measured: somebody has locked it exclusively. ${code('/ops pg blocks')} shows whom that holds up.`,
  },

  replication: {
    primary: (p: { where: string; standbys: number; lag: string }): Text =>
      p.standbys === 0
        ? text`${bold(p.where)} is a primary, and ${bold('no standby is connected')}.`
        : text`${bold(p.where)} is a primary with ${p.standbys === 1 ? '1 standby' : `${p.standbys} standbys`}, at most ${bold(p.lag)} behind.`,
    follows: (p: { where: string; from: string; lag: string | undefined; bytes: string; paused: boolean }): Text =>
      text`${bold(p.where)} is a standby of ${code(p.from || '?')}: ${p.lag === undefined ? 'all that came is replayed' : text`${bold(p.lag)} behind, ${p.bytes} to replay`}${p.paused ? text`; ${bold('replay is paused')}` : ''}.`,
    alone: (p: { where: string; lag: string | undefined }): Text =>
      text`${bold(p.where)} is a standby and ${bold('not connected to a primary')}${p.lag === undefined ? '' : `; what it replayed last is from ${p.lag} ago`}.`,
    abandoned: (p: { name: string; bytes: string }): Text =>
      text`Nobody reads slot ${code(p.name)}: it keeps ${bold(p.bytes)} of WAL, and more until somebody does or it is dropped.`,
  },

  cache: {
    found: (p: {
      where: string;
      database: string;
      hits: string;
      sharedBuffers: string;
      since: Date | undefined;
      temporary: string;
    }): Text =>
      text`${bold(p.where)}: ${bold(p.hits)} of what ${code(p.database)} read was in memory (${code('shared_buffers')} ${p.sharedBuffers}), ${p.temporary} spilt to temporary files, ${p.since ? text`since ${dateTimeOf(p.since)}` : 'since statistics began'}.`,
  },

  settings: {
    pending: (p: { where: string; names: readonly string[] }): Text =>
      text`${bold(p.where)}: ${bold(p.names.join(', '))} ${p.names.length === 1 ? 'waits' : 'wait'} for a restart to count.`,
    none: (p: { where: string }): Text => text`${bold(p.where)}: no setting waits for a restart.`,
    exceptions: (): Text => text`Some roles or databases have values of their own:`,
    unknown: (p: { names: readonly string[] }): Text =>
      text`Hikeshi's own sessions have another ${code(p.names.join(', '))}; what the server gives to others cannot be seen from here.`,
  },

  test: {
    found: (p: { where: string; ms: number; version: string; standby: boolean; since: Date; up: string }): Text =>
      text`${bold(p.where)} answers in ${p.ms} ms: PostgreSQL ${p.version}, ${bold(p.standby ? 'standby' : 'primary')}, up for ${p.up} (since ${dateTimeOf(p.since)}).`,
    missing: {
      pg_monitor: (p: { grant: string }): Text =>
        text`Hikeshi sees only sessions of its own role. An administrator mends that: ${code(p.grant)}`,
      pg_signal_backend: (p: { grant: string }): Text =>
        text`Hikeshi cannot end sessions of other roles. An administrator mends that: ${code(p.grant)}`,
    },
    superuser: (p: { user: string }): Text =>
      text`Hikeshi logs in as ${code(p.user)}, a superuser, and needs much less: give it a role of its own.`,
    old: (p: { version: string; oldest: number }): Text =>
      text`PostgreSQL ${p.version} is older than ${p.oldest}: some looks may fail.`,
  },
};

function percent(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((100 * part) / whole)} %` : '100 %';
}
