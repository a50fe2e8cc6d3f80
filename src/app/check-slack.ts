import { pino } from 'pino';
import { createSlack, isRefusal, REQUIRED_SCOPES, trySocketMode } from '../adapters/slack/index.ts';
import type { Config, PageTarget } from '../config/config.ts';
import { NO_CHANNEL } from '../config/load.ts';
import { channelKey } from '../domain/routing.ts';
import { sentences } from '../messages/catalog.ts';
import { resolveAmong } from '../oncall/resolve.ts';
import { type Channel, ChatError, type Directory, type Person, type UserGroup } from '../ports/chat.ts';
import type { Around, Finding, Tell, Words } from './check.ts';
import { waitsFor } from './gaps.ts';
import { configChannels } from './live.ts';
import { pageText } from './rules.ts';
import { COMMAND } from './slack-side.ts';
import { wordsOf } from './stderr.ts';

type Said = Words['slack'];

const SILENT = pino({ level: 'silent' });
const QUICK_MS = 5_000;
const LIST_MS = 20_000;

/** The tokens, their scopes, and the channels and people that config names. */
export async function lookAtSlack(config: Config, note: Tell, around: Around): Promise<void> {
  const { words, gaps } = around;
  const api = gaps.at('SLACK_API_URL');
  if (!waitsFor([...gaps.at('SLACK_BOT_TOKEN'), ...api], 'slack', note, words)) await lookAtBot(config, note, around);
  if (waitsFor(gaps.at('SLACK_APP_TOKEN'), words.what.appToken, note, words)) return;
  if (config.env.slack.mode !== 'socket' || api.length > 0) return;
  note(await lookAtSockets(config, words));
}

async function lookAtSockets(config: Config, { what, slack: said }: Words): Promise<Finding> {
  const { appToken, apiUrl } = config.env.slack;
  try {
    await trySocketMode({ appToken: appToken!.reveal(), apiUrl, log: SILENT }, { timeoutMs: QUICK_MS });
    return { what: what.sockets, ok: true, detail: said.sockets.connected };
  } catch (error) {
    const code = error instanceof ChatError ? error.code : '';
    if (!isRefusal(code)) return slackTrouble(what.appToken, error, 'appToken', said);
    const { detail, remedy } = said.sockets[code];
    // All ten may well be ours: five of us run, and check is the eleventh.
    const ok = code === 'too_many_websockets' ? 'warning' : false;
    return { what: what.sockets, ok, detail: `${code}: ${detail}`, remedy };
  }
}

async function lookAtBot(config: Config, note: Tell, around: Around): Promise<void> {
  const { slack: said, what } = around.words;
  const { slack } = config.env;
  const { directory } = createSlack({
    botToken: slack.botToken!.reveal(),
    signingSecret: slack.signingSecret?.reveal() ?? 'unused',
    apiUrl: slack.apiUrl,
    clock: { now: () => new Date() },
    log: SILENT,
    handler: async () => ({}),
    failed: () => ({ text: [], blocks: [] }),
    onError: () => undefined,
    command: COMMAND,
  });
  try {
    const who = await directory.identity({ timeoutMs: QUICK_MS });
    const way = slack.mode === 'socket' ? 'Socket Mode' : 'HTTP';
    note({ what: 'slack', ok: true, detail: said.workspace({ team: who.teamName, way }) });
    const missing = REQUIRED_SCOPES.filter((s) => who.scopes.length > 0 && !who.scopes.includes(s));
    if (who.scopes.length > 0 && missing.length === 0)
      note({ what: what.scopes, ok: true, detail: said.scopes({ count: REQUIRED_SCOPES.length }) });
    for (const scope of missing)
      note({
        what: what.scope({ scope }),
        ok: false,
        detail: said.scope.detail({ use: said.scope.uses[scope] }),
        remedy: said.scope.remedy,
      });
    await lookAtChannels(config, directory, note, around);
    await lookAtPeople(config, directory, note, around);
  } catch (error) {
    note(slackTrouble('slack', error, 'botToken', said));
  }
}

/** A token that is refused, one without a scope, and a Slack that cannot be reached have different remedies. */
function slackTrouble(what: string, error: unknown, token: 'botToken' | 'appToken', said: Said): Finding {
  const answered = error instanceof ChatError && error.kind === 'token';
  const unscoped = answered && error.code === 'missing_scope';
  const remedy = unscoped ? said.scope.remedy : said.remedies[answered ? token : 'away'];
  return { what, ok: false, detail: wordsOf(error), remedy };
}

async function lookAtChannels(config: Config, directory: Directory, note: Tell, around: Around): Promise<void> {
  const { gaps, words } = around;
  const said = words.slack;
  if (!gaps.readable) return note({ what: words.what.channels, ok: 'waits', detail: words.waits.file(config) });
  waitsFor(gaps.at(['slack', 'channel']), words.what.channel({}), note, words);
  const named = configChannels(config)
    .map(channelKey)
    .filter((key) => key !== NO_CHANNEL);
  const channels = await directory.channels({ timeoutMs: LIST_MS });
  for (const key of named) {
    const found = channels.find((c) => !c.isArchived && (channelKey(c.name) === key || c.id === key));
    note({ what: words.what.channel({ channel: key }), ...channelFinding(found, said) });
  }
}

function channelFinding(found: Channel | undefined, { channel, remedies }: Said): Omit<Finding, 'what'> {
  if (!found) return { ok: false, ...channel.absent };
  if (found.isMember) return { ok: true, detail: channel.member };
  const remedy = remedies.invite({ channel: found.name });
  return found.isPrivate
    ? { ok: false, detail: channel.private, remedy }
    : { ok: 'warning', detail: channel.notMember, remedy };
}

/** Somebody who is named and not there would be found out when nobody is called. */
async function lookAtPeople(config: Config, directory: Directory, note: Tell, around: Around): Promise<void> {
  const said = around.words.slack;
  const paged = namedIn(pagesOf(config));
  const entitled = namedIn(rolesOf(config));
  const all = [...new Set([...paged.keys(), ...entitled.keys()])];
  if (all.length === 0) return;
  const people = await directory.people({ timeoutMs: LIST_MS });
  const groups = await directory.userGroups({ timeoutMs: LIST_MS });
  // Rights are never given by a name that anybody may choose.
  const byName = people.map((p) => ({ ...p, displayName: '' }));
  const why = sentences(around.language).incident.whyNotCalled;
  const wrong = [...problemsOf(paged, people, groups), ...problemsOf(entitled, byName, groups)];
  for (const { problem, ...named } of wrong)
    note({ what: said.named(named), ok: false, detail: why(problem), remedy: said.remedies.name });
  if (wrong.length === 0) note({ what: around.words.what.people, ok: true, detail: said.people({ names: all }) });
}

type Place = readonly [targets: readonly PageTarget[], where: string];

function pagesOf({ slack, policies }: Config): readonly Place[] {
  const steps = Object.values(policies).map((p): Place => [p.steps.flatMap((s) => s.page), `policies.${p.name}`]);
  return [[slack.oncall, 'slack.oncall'], ...steps];
}

function rolesOf({ roles }: Config): readonly Place[] {
  return (['viewer', 'operator', 'admin', 'approver'] as const).map((role) => [roles[role], `roles.${role}`]);
}

/** Each name with the places where it stands. */
function namedIn(places: readonly Place[]): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, readonly string[]>();
  for (const [targets, where] of places) {
    for (const target of targets) {
      if (target.kind === 'channel' || target.kind === 'here') continue;
      const who = pageText(target);
      named.set(who, [...new Set([...(named.get(who) ?? []), where])]);
    }
  }
  return named;
}

interface NotThere {
  readonly who: string;
  readonly places: readonly string[];
  readonly problem: string;
}

function problemsOf(
  named: ReadonlyMap<string, readonly string[]>,
  people: readonly Person[],
  groups: readonly UserGroup[],
): readonly NotThere[] {
  return [...named].flatMap(([who, places]) => {
    const { problem } = resolveAmong(who, people, groups);
    return problem === undefined ? [] : { who, places, problem };
  });
}
