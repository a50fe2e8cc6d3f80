import type { SourceCredentials } from '../adapters/http/authorize.ts';
import { channelRef } from '../alerts/route.ts';
import type { AlertRules } from '../alerts/rules.ts';
import type { Config, PageTarget, SourceConfig } from '../config/config.ts';
import type { ActionRules } from '../core/action-rules.ts';
import { DEFAULT_GUARDRAILS } from '../domain/guardrails.ts';
import { quotedReceiver } from '../domain/receiver.ts';
import type { Timetable } from '../domain/timed-task.ts';

/** What the parts want to know of config, each in its own words. Worked out once per load. */
export function alertRules(config: Config): AlertRules {
  return {
    severities: config.severities,
    routing: config.routing,
    environments: Object.values(config.environments),
    reopenWindowMs: config.reopenWindowMs,
    openAfterMs: config.openAfterMs,
    sources: new Map(
      Object.values(config.sources).map((s) => [
        s.name,
        { name: s.name, environment: s.environment, api: s.api, receivers: s.receivers.map(quotedReceiver) },
      ]),
    ),
    policies: new Map(
      Object.values(config.policies).map((p) => [
        p.name,
        {
          name: p.name,
          repeat: p.repeat,
          steps: p.steps.map((s) => ({ afterMs: s.afterMs, page: s.page.map(pageText) })),
        },
      ]),
    ),
    oncall: config.slack.oncall.map(pageText),
    fallbackChannel: channelRef(config.slack.fallback),
    runbooks: new Map(Object.values(config.runbooks).map((r) => [r.name, r])),
    databases: new Map(Object.values(config.environments).map((e) => [e.name, e.databases.map(({ name }) => name)])),
    language: config.slack.language,
    zone: config.slack.zone,
  };
}

/** What config says of actions on this environment; one that it no longer has asks for everything. */
export function actionRules(config: Config, environment: string): ActionRules {
  const found = config.environments[environment];
  return {
    guardrails: found?.guardrails ?? DEFAULT_GUARDRAILS,
    requireReason: found?.requireReason ?? true,
    approval: found?.approval ?? ['low'],
    ...(found?.atOnce !== undefined && { atOnce: found.atOnce }),
    ...(found?.timeUp && { timeUp: found.timeUp }),
    ...(found?.actionsIn && { actionsIn: found.actionsIn.map(channelRef) }),
  };
}

/** Environments that take actions from some channels only. */
export function actionChannels(config: Config): ReadonlyMap<string, readonly string[]> {
  const all = Object.keys(config.environments).map((name) => [name, actionRules(config, name).actionsIn] as const);
  return new Map(all.flatMap(([name, channels]) => (channels ? [[name, channels] as const] : [])));
}

/** What is done at set times, told where the outbox finds it. */
export function timetableOf(config: Config): Timetable {
  return new Map(
    Object.values(config.timetable).map((entry) => [entry.name, { ...entry, channel: channelRef(entry.channel) }]),
  );
}

/** As people write it, and as stored policies keep it. */
export function pageText(target: PageTarget): string {
  switch (target.kind) {
    case 'user':
    case 'group':
      return target.id;
    case 'name':
      return `@${target.name}`;
    case 'channel':
    case 'here':
      return target.kind;
  }
}

/** The header for a source's API; `undefined` without credentials. */
export function apiAuthorization({ apiAuth }: Pick<SourceConfig, 'apiAuth'>): string | undefined {
  if (!apiAuth) return undefined;
  if ('token' in apiAuth) return `Bearer ${apiAuth.token.reveal()}`;
  return `Basic ${Buffer.from(`${apiAuth.username}:${apiAuth.password.reveal()}`).toString('base64')}`;
}

export function credentials(config: Config): ReadonlyMap<string, SourceCredentials> {
  return new Map(
    Object.values(config.sources).map((s) => [
      s.name,
      {
        name: s.name,
        auth: s.auth,
        tokens: s.tokens.map((t) => t.reveal()),
        ...(s.basic && { basic: { username: s.basic.username, passwords: s.basic.passwords.map((p) => p.reveal()) } }),
      },
    ]),
  );
}
