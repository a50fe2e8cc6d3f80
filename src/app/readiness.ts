import type { Readiness } from '../adapters/http/app.ts';
import type { Sender } from '../core/outbox/sender.ts';
import type { Database } from '../ports/database.ts';
import type { Queue } from '../ports/queue.ts';

export interface ReadinessParts {
  readonly database: Pick<Database, 'healthy'>;
  readonly queue: Pick<Queue, 'healthy'>;
  /** Messages that have reached nobody. */
  readonly undelivered: () => Promise<number>;
  /** Those that do not answer, with why. */
  readonly alertmanagers: () => Promise<readonly { readonly name: string; readonly why: string }[]>;
  /** Why no heartbeat gets out, if one is wanted and none does. */
  readonly heartbeat: () => Promise<string | undefined>;
  readonly schemaTrouble: () => Promise<string | undefined>;
  readonly sender: () => Sender | undefined;
  readonly sockets: () => { readonly live: number; readonly expected: number };
  /** What keeps Slack from being used, as the last try told. */
  readonly slackTrouble: () => string | undefined;
  readonly configRefused: () => string | undefined;
  readonly draining: () => boolean;
}

/** Not ready only while this process cannot take work; everything else that fails is listed by name and taken note of. */
export async function readiness(parts: ReadinessParts): Promise<Readiness> {
  const database = await parts.database.healthy();
  const schema = database ? await parts.schemaTrouble().catch((error: unknown) => String(error)) : undefined;
  const failing = [
    ...(database ? [] : ['postgres: does not answer']),
    ...(schema ? [schema] : []),
    ...(parts.draining() ? ['draining'] : []),
  ];
  return { ready: failing.length === 0, failing, degraded: await degraded(parts, database) };
}

async function degraded(parts: ReadinessParts, database: boolean): Promise<Readonly<Record<string, string>>> {
  const slack = parts.sender()?.health();
  const { live, expected } = parts.sockets();
  const trouble = parts.slackTrouble();
  const refused = parts.configRefused();
  const found: [string, string][] = [];
  if (slack && !slack.ok)
    found.push([
      'slack',
      `${slack.reason ?? 'does not answer'}${slack.since ? ` since ${slack.since.toISOString()}` : ''}`,
    ]);
  else if (trouble !== undefined) found.push(['slack', trouble]);
  else if (live < expected) found.push(['slack', `${live} of ${expected} connections`]);
  if (!(await parts.queue.healthy())) found.push(['queue', 'does not answer']);
  const lost = database ? await parts.undelivered().catch(() => 0) : 0;
  if (lost > 0)
    found.push(['outbox', `${lost} ${lost === 1 ? 'message' : 'messages'} not delivered; /ops outbox lists them`]);
  const silent = database ? await parts.alertmanagers().catch(() => []) : [];
  for (const { name, why } of silent) found.push([`alertmanager ${name}`, why]);
  const unheard = database ? await parts.heartbeat().catch(() => undefined) : undefined;
  if (unheard !== undefined) found.push(['heartbeat', unheard]);
  if (refused !== undefined) found.push(['config', 'the file was changed and refused; see the log']);
  return Object.fromEntries(found);
}
