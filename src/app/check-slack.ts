import { pino } from 'pino';
import { createSlack, REQUIRED_SCOPES, scopeUse, trySocketMode } from '../adapters/slack/index.ts';
import type { Config, PageTarget } from '../config/config.ts';
import { channelKey } from '../domain/routing.ts';
import { sentences } from '../messages/catalog.ts';
import { resolveAmong } from '../oncall/resolve.ts';
import { ChatError, type Directory, type Person, type UserGroup } from '../ports/chat.ts';
import type { Finding, Tell } from './check.ts';
import { configChannels } from './live.ts';
import { pageText } from './rules.ts';
import { COMMAND } from './slack-side.ts';
import { wordsOf } from './stderr.ts';

const QUICK_MS = 5_000;
const LIST_MS = 20_000;

/** The tokens, their scopes, and the channels and people that config names. */
export async function lookAtSlack(config: Config, note: Tell): Promise<void> {
  const { slack } = config.env;
  const log = pino({ level: 'silent' });
  const { directory } = createSlack({
    botToken: slack.botToken!.reveal(),
    signingSecret: slack.signingSecret?.reveal() ?? 'unused',
    apiUrl: slack.apiUrl,
    clock: { now: () => new Date() },
    log,
    handler: async () => ({}),
    failed: () => ({ text: [], blocks: [] }),
    onError: () => undefined,
    command: COMMAND,
  });
  try {
    const who = await directory.identity({ timeoutMs: QUICK_MS });
    const way = slack.mode === 'socket' ? 'Socket Mode' : 'HTTP';
    note({ what: 'slack', ok: true, detail: `workspace ${who.teamName}, ${way}` });
    const missing = REQUIRED_SCOPES.filter((s) => who.scopes.length > 0 && !who.scopes.includes(s));
    if (who.scopes.length > 0 && missing.length === 0)
      note({ what: 'slack scopes', ok: true, detail: `all ${REQUIRED_SCOPES.length} are granted` });
    for (const scope of missing)
      note({
        what: `slack scope ${scope}`,
        ok: false,
        detail: `missing, for ${scopeUse(scope)}`,
        remedy: 'paste `hikeshi slack-manifest` into the app again and reinstall it',
      });
    await lookAtChannels(config, directory, note);
    await lookAtPeople(config, directory, note);
  } catch (error) {
    note(
      slackTrouble('slack', error, 'check SLACK_BOT_TOKEN (xoxb-...), and that the app is installed in the workspace'),
    );
  }
  if (slack.mode !== 'socket') return;
  try {
    await trySocketMode({ appToken: slack.appToken!.reveal(), apiUrl: slack.apiUrl, log }, { timeoutMs: QUICK_MS });
  } catch (error) {
    const remedy = 'check SLACK_APP_TOKEN (xapp-...): an app-level token of this app with the scope connections:write';
    note(slackTrouble('slack app token', error, remedy));
  }
}

/** A token that is refused, and a Slack that cannot be reached, have different remedies. */
function slackTrouble(what: string, error: unknown, remedy: string): Finding {
  const detail = wordsOf(error);
  const answered = error instanceof ChatError && error.kind === 'token';
  return {
    what,
    ok: false,
    detail,
    remedy: answered
      ? remedy
      : 'check that Slack can be reached from here (SLACK_API_URL, if it is set), then try again',
  };
}

async function lookAtChannels(config: Config, directory: Directory, note: Tell): Promise<void> {
  const named = configChannels(config).map(channelKey);
  const channels = await directory.channels({ timeoutMs: LIST_MS });
  for (const key of named) {
    const found = channels.find((c) => !c.isArchived && (channelKey(c.name) === key || c.id === key));
    if (!found)
      note({
        what: `channel ${key}`,
        ok: false,
        detail: 'is not there, or the app cannot see it',
        remedy: 'make it, or invite the app if it is private',
      });
    else if (!found.isMember && found.isPrivate)
      note({
        what: `channel ${key}`,
        ok: false,
        detail: 'is private and the app is no member: nothing can be posted there',
        remedy: `type /invite @Hikeshi in #${found.name}`,
      });
    else if (!found.isMember)
      note({
        what: `channel ${key}`,
        ok: 'warning',
        detail: 'the app is no member',
        remedy: `type /invite @Hikeshi in #${found.name}`,
      });
    else note({ what: `channel ${key}`, ok: true, detail: 'member' });
  }
}

/** Somebody who is named and not there would be found out when nobody is called. */
async function lookAtPeople(config: Config, directory: Directory, note: Tell): Promise<void> {
  const paged = namedIn(pagesOf(config));
  const entitled = namedIn(rolesOf(config));
  const all = [...new Set([...paged.keys(), ...entitled.keys()])];
  if (all.length === 0) return;
  const people = await directory.people({ timeoutMs: LIST_MS });
  const groups = await directory.userGroups({ timeoutMs: LIST_MS });
  // Rights are never given by a name that anybody may choose.
  const byName = people.map((p) => ({ ...p, displayName: '' }));
  const wrong = [...problemsOf(paged, people, groups), ...problemsOf(entitled, byName, groups)];
  for (const finding of wrong) note(finding);
  if (wrong.length === 0) note({ what: 'people', ok: true, detail: `${all.join(', ')}: all are there` });
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

function problemsOf(
  named: ReadonlyMap<string, readonly string[]>,
  people: readonly Person[],
  groups: readonly UserGroup[],
): readonly Finding[] {
  return [...named].flatMap(([who, places]) => {
    const { problem } = resolveAmong(who, people, groups);
    if (problem === undefined) return [];
    return {
      what: `${who} in ${places.join(', ')}`,
      ok: false,
      detail: sentences('en').incident.whyNotCalled(problem),
      remedy: 'write the name as the Slack profile has it, or the member ID (U...) or user group ID (S...)',
    };
  });
}
