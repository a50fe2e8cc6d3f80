import { sql } from 'kysely';
import { z } from 'zod';
import { testBytes, testLabels } from '../alerts/test-alert.ts';
import type { Config, SourceConfig } from '../config/config.ts';
import type { TestAsked } from '../core/define.ts';
import { pause } from '../core/wake.ts';
import { DEFAULT_TEST_MS } from '../domain/test-alert.ts';
import type { Db } from '../ports/database.ts';
import type { Finding, Tell, Words } from './check.ts';
import type { Asked } from './load.ts';
import { withDatabase } from './offline-store.ts';
import { alertRules } from './rules.ts';
import { wordsOf } from './stderr.ts';

/** Test alerts from the command line: posted to the running program as Alertmanager would, then looked for in its store. */

const POST_MS = 15_000;
const SHOWN_MS = 30_000;
const LOOK_EVERY_MS = 250;

export interface Sending {
  readonly source: SourceConfig;
  /** Base URL of the running program; default: this machine. */
  readonly url?: string;
}

const Taken = z.object({ incident: z.string().regex(/^INC-\d+$/) });

/** @returns the incident's number, or why there is none and what to do about it */
export async function postTestAlert(
  config: Config,
  { source, url = ourUrl(config) }: Sending,
  alert: TestAsked,
  said: Words['test'],
): Promise<number | { readonly why: string; readonly remedy: string }> {
  const at = new URL(`/webhooks/alertmanager/${source.name}`, url).href;
  let response: Response;
  let text: string;
  try {
    response = await fetch(at, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization(source) },
      body: new Uint8Array(testBytes(alert, config.slack.language, new Date())),
      signal: AbortSignal.timeout(POST_MS),
    });
    text = await response.text();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { why: `${at}: ${wordsOf(cause)}`, remedy: said.remedies.away };
  }
  const taken = Taken.safeParse(jsonOf(text));
  if (response.ok && taken.success) return Number(taken.data.incident.slice('INC-'.length));
  const { status } = response;
  return { why: said.answered({ address: at, status }), remedy: said.remedies[REMEDY[status] ?? 'log'] };
}

const REMEDY: Readonly<Record<number, keyof Words['test']['remedies']>> = {
  401: 'token',
  404: 'source',
  503: 'database',
};

function ourUrl({ env: { host, port } }: Config): string {
  const name = host === undefined || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`;
}

function authorization({ tokens, basic }: SourceConfig): Readonly<Record<string, string>> {
  if (tokens[0]) return { authorization: `Bearer ${tokens[0].reveal()}` };
  if (!basic) return {};
  const pair = `${basic.username}:${basic.passwords[0]?.reveal() ?? ''}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Shown {
  readonly channel: string;
  readonly shown: boolean;
  readonly error: string | null;
}

/** Waits until Slack has taken the incident's post, or says why it has not. */
export async function waitShown(db: Db, number: number, said: Words['test']): Promise<Omit<Finding, 'what'>> {
  const incident = `INC-${number}`;
  const began = performance.now();
  for (;;) {
    const { rows } = await sql<Shown>`
      select coalesce(p.channel, i.channel) as channel, p.ts is not null as shown, o.error
      from incidents i left join posts p on p.id = i.main_post_id
      left join outbox o on o.post_id = p.id and o.kind = 'show' where i.number = ${number}`.execute(db);
    const took = performance.now() - began;
    const [row] = rows;
    if (row?.shown)
      return { ok: true, detail: said.shown({ incident, channel: row.channel, seconds: Math.ceil(took / 100) / 10 }) };
    if (took > SHOWN_MS) {
      const { detail, remedy } = said.notShown;
      return { ok: false, detail: detail({ incident, seconds: SHOWN_MS / 1_000, why: row?.error ?? null }), remedy };
    }
    await pause(LOOK_EVERY_MS);
  }
}

/** As `hikeshi check --send-test-alert`: of the first source, critical, calling nobody. */
export async function lookAtTestAlert(
  config: Config,
  store: { readonly embedded: boolean; readonly asked: Asked },
  { test: said, what: { test: what } }: Words,
  tell: Tell,
): Promise<void> {
  const source = Object.values(config.sources)[0]!;
  const labels = testLabels(alertRules(config), 'critical', {})!;
  const sent = await postTestAlert(config, { source }, { labels, pages: false, lastsMs: DEFAULT_TEST_MS }, said);
  if (typeof sent !== 'number') return tell({ what, ok: false, detail: sent.why, remedy: sent.remedy });
  await withDatabase({ ...store, as: 'app' }, async (db) => {
    tell({ what, ...(await waitShown(db, sent, said)) });
    return 0;
  });
}
