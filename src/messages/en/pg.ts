import { bold, code, dateTimeOf, type Text, text } from '../../domain/content.ts';

/** What `/ops pg` and the actions on PostgreSQL sessions say. */
export const pg = {
  summary: 'a PostgreSQL server: connections, idle in transaction, connection test',

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
  },

  hidden: (p: { hidden: number; grant: string }): Text =>
    text`${p.hidden === 1 ? '1 session' : `${p.hidden} sessions`} of other roles could not be seen. An administrator mends that: ${code(p.grant)}`,
  lastStatement: (p: { pid: number; query: string }): Text =>
    p.query === ''
      ? text`${code(String(p.pid))} has run nothing yet.`
      : text`${code(String(p.pid))} last ran ${code(p.query)}`,

  connections: {
    found: (p: { where: string; used: number; free: number; max: number; reserved: number }): Text =>
      text`${bold(p.where)}: ${bold(`${p.used} of ${p.free}`)} connections are taken (${percent(p.used, p.free)}); ${code('max_connections')} is ${p.max}, ${p.reserved} of them reserved.`,
    states: (p: { active: number; idleInTransaction: number; idle: number; hidden: number }): Text =>
      text`${p.active} active, ${p.idleInTransaction} idle in transaction, ${p.idle} idle${p.hidden > 0 ? `, ${p.hidden} not seen` : ''}.`,
  },

  idle: {
    found: (p: { where: string; sessions: number; pid: number; application: string; age: string }): Text =>
      text`${bold(p.where)}: ${bold(p.sessions === 1 ? '1 session is' : `${p.sessions} sessions are`)} idle in transaction, the longest for ${bold(p.age)} (${code(String(p.pid))}${p.application ? `, ${p.application}` : ''}).`,
    none: (p: { where: string }): Text => text`${bold(p.where)}: no session is idle in transaction.`,
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
