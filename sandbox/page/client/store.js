// @ts-check
/**
 * The workspace as the page knows it: a snapshot, kept up to date by the lines that follow it. Objects are replaced, never
 * changed, so that what is the same object looks the same.
 *
 * @typedef {Record<string, any>} Fields
 * @typedef {{
 *   seq: number, team: Fields, people: Fields[], groups: Fields[], channels: Fields[], ephemerals: Fields[],
 *   notifications: Fields[], views: Record<string, Fields[]>,
 * }} Workspace
 */

/** @param {Fields[]} list @param {(one: Fields) => boolean} same @param {Fields} next */
function put(list, same, next) {
  const at = list.findIndex(same);
  return at < 0 ? [...list, next] : list.with(at, next);
}

/** @param {Workspace} space @param {string} id @param {(messages: Fields[]) => Fields[]} change */
function inChannel(space, id, change) {
  if (!space.channels.some((one) => one['id'] === id)) return undefined;
  return {
    ...space,
    channels: space.channels.map((one) => (one['id'] === id ? { ...one, messages: change(one['messages']) } : one)),
  };
}

/** @type {Record<string, (space: Workspace, line: Fields) => Workspace | undefined>} */
const CHANGES = {
  posted: (space, { channel, ts, detail }) =>
    inChannel(space, channel, (all) => put(all, (m) => m['ts'] === ts, detail)),
  updated: (space, { channel, ts, detail }) =>
    inChannel(space, channel, (all) => put(all, (m) => m['ts'] === ts, detail)),
  ephemeral: (space, { ts, detail }) => ({
    ...space,
    ephemerals: put(space.ephemerals, (m) => m['ts'] === ts, detail),
  }),
  'ephemeral-updated': (space, line) => CHANGES['ephemeral']?.(space, line),
  'ephemeral-deleted': (space, { ts }) => ({ ...space, ephemerals: space.ephemerals.filter((m) => m['ts'] !== ts) }),
  notified: (space, { detail }) => ({ ...space, notifications: [...space.notifications, detail] }),
  'view-opened': (space, { user, detail }) => withViews(space, user, (all) => [...all, detail]),
  'view-updated': (space, { user, detail }) =>
    withViews(space, user, (all) => put(all, (v) => v['id'] === detail.id, detail)),
  'view-closed': (space, { user, detail }) => withViews(space, user, (all) => all.filter((v) => v['id'] !== detail.id)),
  socket: (space) => space,
};

/** @param {Workspace} space @param {string} user @param {(views: Fields[]) => Fields[]} change */
function withViews(space, user, change) {
  return { ...space, views: { ...space.views, [user]: change(space.views[user] ?? []) } };
}

/** The workspace after one more line; undefined where only a new snapshot can tell. @param {Workspace} space @param {Fields} line */
export function applied(space, line) {
  if (line['seq'] <= space.seq) return space;
  const next = CHANGES[line['what']]?.(space, line);
  return next && { ...next, seq: line['seq'] };
}

/** @param {Workspace} space @returns {import('./text.js').Names} */
export function namesIn(space) {
  const find = (/** @type {Fields[]} */ list, /** @type {string} */ id) => list.find((one) => one['id'] === id);
  return {
    person: (id) => find(space.people, id)?.['name'] ?? id,
    group: (id) => find(space.groups, id)?.['handle'] ?? id,
    channel: (id) => find(space.channels, id)?.['name'] ?? id,
  };
}

const isReply = (/** @type {Fields} */ m) => m['thread_ts'] !== undefined && m['thread_ts'] !== m['ts'];
const byTs = (/** @type {Fields} */ a, /** @type {Fields} */ b) => (a['ts'] < b['ts'] ? -1 : 1);

/** The channel called so, or one's conversation with the bot for `dm`. @param {Workspace} space @param {string} id @param {string} me */
export function channelOf(space, id, me) {
  if (id !== 'dm') return space.channels.find((one) => one['id'] === id && one['members'].includes(me));
  const bot = botOf(space)?.['id'];
  return space.channels.find(
    (one) => one['kind'] === 'im' && one['members'].includes(me) && one['members'].includes(bot),
  );
}

/** @param {Workspace} space */
export function botOf(space) {
  return space.people.find((one) => one['name'] === 'hikeshi');
}

/** What a person sees in a channel, or in one of its threads. @param {Workspace} space @param {Fields | undefined} channel @param {string} me @param {string} [thread] */
export function messagesFor(space, channel, me, thread) {
  if (!channel) return [];
  const here = (/** @type {Fields} */ m) =>
    thread ? m['ts'] === thread || m['thread_ts'] === thread : !isReply(m) || m['broadcast'];
  const own = space.ephemerals.filter((m) => m['channel'] === channel['id'] && m['user'] === me && m['visible']);
  return [...channel['messages'], ...own].filter(here).sort(byTs);
}

/** @param {Fields} channel @param {string} ts */
export function repliesTo(channel, ts) {
  return channel['messages'].filter((/** @type {Fields} */ m) => m['thread_ts'] === ts && m['ts'] !== ts);
}

/** How much is new since `read`: anything at all, and how often one was called. @param {Workspace} space @param {Fields | undefined} channel @param {string} me @param {string} read */
export function unread(space, channel, me, read) {
  if (!channel) return { any: false, called: 0 };
  const called = space.notifications.filter(
    (n) => n['user'] === me && n['channel'] === channel['id'] && n['ts'] > read,
  ).length;
  const any = channel['messages'].some((/** @type {Fields} */ m) => m['ts'] > read && m['user'] !== me && !isReply(m));
  return { any, called };
}
