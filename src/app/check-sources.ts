import { stringify } from 'yaml';
import { openDatabase } from '../adapters/postgres/database.ts';
import type { Config, SourceConfig } from '../config/config.ts';
import type { Around, Tell, Words } from './check.ts';
import { postTo } from './post-to.ts';

const LIMIT_MS = 5_000;

/** Whether each Alertmanager has posted yet; one that has not is given its receiver, to paste. */
export async function lookAtSources(
  config: Config,
  note: Tell,
  { words: { alerts, what: named } }: Around,
): Promise<void> {
  const heard = await heardOf(config);
  const urls = postTo(config, config.env.port);
  for (const [i, source] of Object.values(config.sources).entries()) {
    const what = named.webhook({ source: source.name });
    const at = heard.get(source.name);
    if (at) note({ what, ok: true, detail: alerts.posted({ time: at.toISOString() }) });
    else
      note({
        what,
        ok: 'warning',
        ...alerts.silent,
        paste: receiverSnippet(source, urls[i]!, alerts),
      });
  }
}

/** Nothing is known of a store that does not answer, which another step says, or that is not there before the first start. */
async function heardOf({ env }: Config): Promise<ReadonlyMap<string, Date>> {
  if (!env.databaseUrl) return new Map();
  const database = openDatabase({
    url: env.databaseUrl.reveal(),
    applicationName: 'hikeshi-check',
    poolMax: 1,
    receivingMax: 1,
    statementTimeoutMs: LIMIT_MS,
    connectTimeoutMs: LIMIT_MS,
    onIdleError: () => undefined,
  });
  try {
    const rows = await database.db.selectFrom('sources').select(['name', 'last_heard']).execute();
    return new Map(rows.flatMap(({ name, last_heard: at }) => (at ? [[name, at] as const] : [])));
  } catch {
    return new Map();
  } finally {
    await database.close();
  }
}

/** A receiver of alertmanager.yml. Secrets stay where they are: it names a file that is to hold what the variable here does. */
function receiverSnippet(source: SourceConfig, url: string, alerts: Words['alerts']): string {
  const name = source.name === 'default' ? 'hikeshi' : `hikeshi-${source.name}`;
  const webhook = { url, send_resolved: true, max_alerts: 0, ...httpConfig(source) };
  const yaml = { route: { receiver: name, group_by: GROUP_BY }, receivers: [{ name, webhook_configs: [webhook] }] };
  return `${secretNote(source, alerts)}${stringify(yaml, { lineWidth: 0 })}`;
}

const GROUP_BY = ['alertname', 'cluster', 'namespace'];
const FILE = '/etc/alertmanager/hikeshi-token';

function httpConfig({ auth, basic, tokens }: SourceConfig): object {
  if (auth === 'none') return {};
  if (basic && tokens.length === 0)
    return { http_config: { basic_auth: { username: basic.username, password_file: FILE } } };
  return { http_config: { authorization: { type: 'Bearer', credentials_file: FILE } } };
}

function secretNote({ auth, tokenVariable }: SourceConfig, { secret }: Words['alerts']): string {
  return auth === 'none' ? '' : `# ${secret({ file: FILE, variable: tokenVariable })}\n`;
}
