import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FakeSlack } from '../fake-slack.ts';
import { rawBody } from '../http/body.ts';
import { send } from '../http/guarded.ts';
import { type Fields, fieldsOf, isFields, parseJson, textOf } from '../json.ts';
import { NotPossible } from '../refusal.ts';
import type { World } from '../world.ts';
import { act } from './act.ts';
import { SETTINGS } from './settings.ts';

/**
 * The workspace by HTTP, for the page and for tests in other processes:
 * `GET /sandbox/state`, `/sandbox/log?since=N`, `/sandbox/events` (server-sent), `/sandbox/file/ID?as=NAME`, `POST /sandbox/act` and one POST
 * for each setting.
 * A thing the person's client would not allow is 409 with the reason.
 */
export async function controlApi(
  slack: FakeSlack,
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  const [, area, name = '', ...rest] = url.pathname.split('/');
  if (area !== 'sandbox') return false;
  try {
    const reading = request.method === 'GET' ? READS[name] : undefined;
    if (reading) await reading({ slack, world, response, url, rest });
    else await change({ slack, world, request, response, name, rest });
  } catch (error) {
    const impossible = error instanceof NotPossible || (error instanceof Error && error.message.startsWith('no such'));
    if (!impossible) throw error;
    send(response, { status: 409, body: { ok: false, error: error.message } });
  }
  return true;
}

interface Reading {
  readonly slack: FakeSlack;
  readonly world: World;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly rest: string[];
}

const READS: Record<string, (reading: Reading) => void | Promise<void>> = {
  state: ({ slack, response }) => send(response, { status: 200, body: slack.snapshot() }),
  log: ({ slack, response, url }) =>
    send(response, { status: 200, body: { lines: slack.log.slice(Number(url.searchParams.get('since') ?? 0)) } }),
  events: ({ slack, response, url }) =>
    stream(slack, response, Number(url.searchParams.get('since') ?? slack.log.length)),
  file: ({ world, response, url, rest }) => sendFile(world, response, rest[0] ?? '', url.searchParams.get('as') ?? ''),
};

/** A file as whoever is in a channel that it was shared in may open it: bytes to keep, never a page to run. */
function sendFile(world: World, response: ServerResponse, id: string, as: string): void {
  const person = world.state.person(as);
  const file = world.state.files.get(id);
  const seen = file?.shares.some(({ channel }) => world.state.channels.get(channel)?.members.has(person.id));
  if (!file?.bytes || !seen) throw new NotPossible(`no such file before ${person.name}: ${id}`);
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(file.bytes);
}

/** Each line of the log as a server-sent event, first what came after `since`. */
function stream(slack: FakeSlack, response: ServerResponse, since: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const write = (line: { seq: number; kind: string }): void => {
    response.write(`id: ${line.seq}\nevent: ${line.kind}\ndata: ${JSON.stringify(line)}\n\n`);
  };
  response.write(': hello\n\n');
  for (const line of slack.log.slice(since)) write(line);
  response.on('close', slack.listen(write));
}

interface Change {
  readonly slack: FakeSlack;
  readonly world: World;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly name: string;
  readonly rest: string[];
}

async function change({ slack, world, request, response, name, rest }: Change): Promise<void> {
  const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  if (request.method !== 'POST' || (name !== 'act' && !setting))
    return send(response, { status: 404, body: { ok: false, error: 'not found' } });
  const body: unknown = parseJson((await rawBody(request)).toString() || '{}');
  if (!isFields(body))
    return send(response, { status: 400, body: { ok: false, error: 'the body must be a JSON object' } });
  const answer: unknown =
    name === 'act'
      ? await act(slack, world, body)
      : await setting?.(
          slack,
          body,
          rest.map((part) => textOf(part) ?? ''),
        );
  const fields: Fields = fieldsOf(answer);
  send(response, { status: 200, body: { ok: true, ...fields } });
}
