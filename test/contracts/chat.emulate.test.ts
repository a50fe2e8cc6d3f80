import { createEmulator } from 'emulate';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSlack } from '../../src/adapters/slack/index.ts';
import type { Directory } from '../../src/ports/chat.ts';
import { read } from '../adapters/slack/support/rendered.ts';
import { lastingPort } from '../support/ports.ts';
import { type ChatWorld, chatContract } from './chat.ts';

/** A second opinion on the adapter: a Slack look-alike by others, laxer than ours, whose answers we have not written. */

const TOKEN = 'xoxb-hikeshi';
const SEED = {
  tokens: { [TOKEN]: { login: 'hikeshi' } },
  slack: {
    users: [{ name: 'hikeshi' }, { name: 'hana' }],
    channels: [{ name: 'alerts' }, { name: 'archived-old' }],
  },
};

interface Named {
  readonly id: string;
  readonly name: string;
}

interface Said {
  readonly ts: string;
  readonly thread_ts?: string;
}

interface Answer {
  readonly ok: boolean;
  readonly channels?: readonly Named[];
  readonly members?: readonly Named[];
  readonly messages?: readonly Said[];
}

interface EmulatedWorld extends ChatWorld {
  readonly directory: Directory;
}

async function open(): Promise<EmulatedWorld> {
  const emulator = await createEmulator({ service: 'slack', port: await lastingPort(), seed: SEED });
  const ask = async (method: string, args: Record<string, string> = {}): Promise<Answer> => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const init = { method: 'POST', headers, body: new URLSearchParams(args) };
    const answer = (await (await fetch(`${emulator.url}/api/${method}`, init)).json()) as Answer;
    if (!answer.ok) throw new Error(`emulate refuses ${method}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const { channels = [] } = await ask('conversations.list');
  const { members = [] } = await ask('users.list');
  const channel = idOf(channels, 'alerts');
  const archived = idOf(channels, 'archived-old');
  await ask('conversations.archive', { channel: archived });
  const { chat, directory } = createSlack({
    botToken: TOKEN,
    signingSecret: 'not used here',
    apiUrl: `${emulator.url}/api/`,
    clock: { now: () => new Date() },
    log: pino({ level: 'silent' }),
    handler: async () => ({}),
    failed: () => ({ text: ['failed'], blocks: [] }),
    onError: () => undefined,
    command: '/ops',
  });
  return {
    chat,
    directory,
    channel,
    archived,
    person: idOf(members, 'hana'),
    async read(channelId, threadTs) {
      const { messages = [] } =
        threadTs === undefined
          ? await ask('conversations.history', { channel: channelId })
          : await ask('conversations.replies', { channel: channelId, ts: threadTs });
      const shown = messages.filter((said) => threadTs === undefined || said.ts !== threadTs);
      return shown.toSorted((a, b) => Number(a.ts) - Number(b.ts)).map(read);
    },
    fail: notThere,
    holdPost: notThere,
    close: () => emulator.close(),
  };
}

function idOf(named: readonly Named[], name: string): string {
  const found = named.find((one) => one.name === name);
  if (!found) throw new Error(`emulate has no ${name}`);
  return found.id;
}

function notThere(): never {
  throw new Error('emulate has no faults');
}

chatContract('the adapter, on emulate', open, [
  'oldest',
  'broadcast replies',
  'refusal of replies to nothing',
  'faults',
]);

describe('the rest of the adapter, on emulate', () => {
  let world: EmulatedWorld;
  beforeEach(async () => {
    world = await open();
  });
  afterEach(() => world.close());

  test('who and what there is', async () => {
    const { directory, person, channel, archived } = world;
    const people = await directory.people();
    expect(people.map((one) => one.id)).toContain(person);
    expect(await directory.personById(person)).toMatchObject({ id: person, name: 'hana' });
    const channels = new Map((await directory.channels()).map((one) => [one.id, one]));
    expect(channels.get(channel)).toMatchObject({ name: 'alerts', isArchived: false });
    expect(channels.get(archived)?.isArchived ?? true).toBe(true);
  });

  test('a whisper is taken', async () => {
    const { chat, channel, person } = world;
    const message = { text: ['psst'], blocks: [{ kind: 'text', text: ['psst'] }] } as const;
    await expect(chat.whisper({ channelId: channel }, person, message)).resolves.toBeUndefined();
  });
});
