import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { HttpInput, Signing } from '../inputs/input.ts';

export interface Got {
  /** 0: the connection was ended without an answer. */
  readonly status: number;
  readonly text: string;
}

export interface Sender {
  send(input: HttpInput): Promise<Got>;
  close(): void;
}

const ANSWER_WITHIN_MS = 30_000;

/** Sends bytes as they are, on connections that are kept. */
export function createSender(port: number, signingSecret: string): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return {
    send: (input) => {
      const body = Buffer.from(input.body);
      const signed = input.signing === undefined ? {} : signature(input.signing, signingSecret, body);
      return post(agent, port, input, body, signed);
    },
    close: () => agent.destroy(),
  };
}

function post(
  agent: Agent,
  port: number,
  input: HttpInput,
  body: Buffer,
  signed: Record<string, string>,
): Promise<Got> {
  const headers = { ...input.headers, ...signed, 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const cut = Math.min(input.missing ?? 0, body.length);
    const outgoing = request(
      { agent, port, host: '127.0.0.1', method: 'POST', path: input.path, headers, timeout: ANSWER_WITHIN_MS },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('error', () => resolve({ status: 0, text: '' }));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)));
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      cut > 0 || ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') ? resolve({ status: 0, text: '' }) : reject(error),
    );
    if (cut === 0) outgoing.end(body);
    else outgoing.write(body.subarray(0, body.length - cut), () => outgoing.destroy());
  });
}

/** The headers of a request that is Slack's, or that would like to be. */
function signature(signing: Signing, secret: string, body: Buffer): Record<string, string> {
  const now = Math.floor(Date.now() / 1_000);
  const at = signing === 'old' ? now - 301 : signing === 'of the future' ? now + 310 : now;
  const key = signing === 'of another secret' ? `${secret}x` : secret;
  const over = signing === 'of another body' ? Buffer.concat([body, Buffer.from(' ')]) : body;
  const right = `v0=${createHmac('sha256', key).update(`v0:${at}:`).update(over).digest('hex')}`;
  if (signing === 'none') return {};
  if (signing === 'without a time') return { 'x-slack-signature': right };
  const given = signing === 'garbled' ? right.slice(0, 30) : right;
  return { 'x-slack-request-timestamp': String(at), 'x-slack-signature': given };
}
