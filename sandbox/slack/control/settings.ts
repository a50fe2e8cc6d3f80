import { z } from 'zod';
import type { DisconnectReason } from '../delivery/sockets.ts';
import type { FakeSlack } from '../fake-slack.ts';
import { FAULT_KINDS, type Fault, type Hold, type HoldOptions } from '../faults.ts';
import { type Fields, textOf } from '../json.ts';
import type { LimitsOption, Switches } from '../options.ts';
import { NotPossible } from '../refusal.ts';
import type { TokenTrouble } from '../tokens.ts';

type Setting = (slack: FakeSlack, body: Fields, rest: string[]) => unknown;

const FAULT: z.ZodType<Fault> = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  method: z.string().optional(),
  channel: z.string().optional(),
  times: z.number().optional(),
  code: z.string().optional(),
  retryAfter: z.number().nullish(),
  ms: z.number().optional(),
});
const HOLD: z.ZodType<HoldOptions> = z.strictObject({
  method: z.string(),
  channel: z.string().optional(),
  when: z.enum(['before', 'after']).optional(),
});

/** @throws NotPossible saying which field is wrong */
function read<T>(form: z.ZodType<T>, body: Fields): T {
  const { data, error } = form.safeParse(body);
  if (error) throw new NotPossible(z.prettifyError(error));
  return data;
}

const holds = new WeakMap<FakeSlack, Map<string, Hold>>();

function heldIn(slack: FakeSlack): Map<string, Hold> {
  const held = holds.get(slack) ?? new Map<string, Hold>();
  holds.set(slack, held);
  return held;
}

/** `POST hold` {method, channel?, when?} -> {id}; `hold/ID/arrived` waits for the call; `hold/ID/release` lets it go. */
async function hold(slack: FakeSlack, body: Fields, [id, verb]: string[]): Promise<Fields> {
  const held = heldIn(slack);
  if (id === undefined) {
    const made = slack.hold(read(HOLD, body));
    held.set(made.id, made);
    return { id: made.id };
  }
  const one = held.get(id);
  if (!one) throw new NotPossible(`no such hold: ${id}`);
  if (verb === 'arrived') return { args: await one.arrived };
  one.release();
  return {};
}

/** Every switch of the workspace that may be worked from outside. */
export const SETTINGS: Record<string, Setting> = {
  faults: (slack, body) => void slack.faults.add(read(FAULT, body)),
  'clear-faults': (slack) => slack.faults.clear(),
  hold,
  limits: (slack, body) => slack.setLimits(body['limits'] as LimitsOption),
  switches: (slack, body) => slack.switch(body as Partial<Switches>),
  scopes: (slack, body) => slack.setScopes(Array.isArray(body['scopes']) ? body['scopes'].map(String) : []),
  token: (slack, body) => slack.breakToken(textOf(body['trouble']) as TokenTrouble | undefined),
  advance: (slack, body) => slack.advance(Number(body['ms'])),
  deliver: (slack, body) =>
    body['kind'] === 'socket' ? slack.deliverBySocket() : slack.deliverTo(String(body['url'])),
  verify: async (slack, body) => ({ verified: await slack.verifyUrl(String(body['url'])) }),
  disconnect: (slack, body) =>
    slack.sockets.disconnect((textOf(body['reason']) ?? 'refresh_requested') as DisconnectReason),
  drop: (slack) => slack.sockets.dropAll(),
  channel: (slack, body) => changeChannel(slack, body),
  person: (slack, body) => slack.user(String(body['id'])).change(body['change'] as Fields),
  group: (slack, body) =>
    slack.setGroup(String(body['id']), Array.isArray(body['members']) ? body['members'].map(String) : []),
};

function changeChannel(slack: FakeSlack, body: Fields): void {
  const channel = slack.channel(String(body['id']));
  if (body['archived'] === true) channel.archive();
  if (body['archived'] === false) channel.unarchive();
  if (typeof body['name'] === 'string') channel.rename(body['name']);
  if (typeof body['add'] === 'string') channel.add(body['add']);
  if (typeof body['remove'] === 'string') channel.remove(body['remove']);
}
