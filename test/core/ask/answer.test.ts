import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ActionAsked, type AskParts, createAsk } from '../../../src/core/ask/answer.ts';
import { type Action, type Asked, type Command, defineAction, defineQuery } from '../../../src/core/define.ts';
import type { Environments } from '../../../src/core/environments.ts';
import { createInbound } from '../../../src/core/inbound.ts';
import type { RightsBook } from '../../../src/core/rights/book.ts';
import type { RolesConfig, Standing } from '../../../src/core/rights/types.ts';
import { plainText } from '../../../src/core/wording.ts';
import type { Block, Message } from '../../../src/domain/content.ts';
import { parseTargetGlob } from '../../../src/domain/target-glob.ts';
import type { Target } from '../../../src/domain/workload.ts';
import type { AskRequest } from '../../../src/ports/chat.ts';
import { notAsked, resourcesOf } from '../../support/asked.ts';
import { openTestDatabase, type TestDatabase } from '../../support/postgres.ts';

const NOW = new Date('2026-11-20T03:00:00Z');
let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
afterEach(async () => {
  for (const table of ['posts', 'incidents', 'channels'] as const) await database.db.deleteFrom(table).execute();
});

const asked: Asked[] = [];
const started: ActionAsked[] = [];
const look = defineQuery({
  name: 'look',
  positionals: [{ name: 'target', optional: true }],
  flags: [{ long: 'namespace', short: 'n', value: 'NS', describe: () => 'in this namespace' }],
  args: z.object({ target: z.string().optional(), namespace: z.string().optional() }),
  summary: () => 'looks at something',
  examples: ['look shop/checkout', 'look -n shop'],
  role: 'viewer',
  needs: ['environments'],
  async answer(args, resources, seen) {
    asked.push(seen);
    if (args.target === 'slow') await new Promise(() => undefined);
    if (args.target === 'broken') throw new Error('oops');
    expect(Object.keys(resources)).toEqual(['environments']);
    const text = [`looked at ${args.target ?? 'all'}`];
    return { text, blocks: [{ kind: 'text', text }] };
  },
});
const { positionals, flags } = look;
const act = defineAction({
  name: 'act',
  positionals,
  flags,
  args: z.object({ target: z.string().optional(), namespace: z.string().optional() }),
  summary: () => 'changes something',
  examples: ['act shop/checkout'],
  role: 'operator',
  risk: 'low',
  replacesPods: 'none',
  needs: ['environments'],
  target: ({ target, namespace }) => ({ text: target, namespace }),
  title: notAsked,
  plan: notAsked,
  preview: notAsked,
  execute: notAsked,
  probe: notAsked,
  watch: notAsked,
  watchMs: notAsked,
});
const turn: Action = { ...act, name: 'turn', undo: () => ({ args: {}, left: {}, back: () => 'back' }) };
const commands = new Map<string, Command>([
  ['look', look],
  ['act', act],
  ['turn', turn],
]);

const incident = defineQuery({
  name: 'incident',
  positionals: [{ name: 'words', many: true }],
  flags: [],
  summary: look.summary,
  examples: ['incident INC-7'],
  role: 'viewer',
  args: z.object({ words: z.array(z.string()) }),
  needs: [],
  answer: async ({ words }) => ({ text: [`looked at ${words.join(' ')}`], blocks: [] }),
});
const withIncident = { commands: new Map<string, Command>([...commands, ['incident', incident]]) };

const roles: RolesConfig = {
  viewer: [],
  operator: [{ kind: 'name', name: 'sre' }],
  admin: [],
  approver: [],
  default: 'viewer',
  permissions: [{ who: [{ kind: 'name', name: 'dev' }], verbs: ['act'], on: [parseTargetGlob('staging/*')!] }],
};
const environments: Environments = new Map(
  ['production', 'staging'].map((name) => [name, { name, clusters: new Map() }]),
);

const noBook: RightsBook = {
  standingOf: notAsked,
  roles: () => roles,
  commands,
  rules: () => expect.unreachable(),
  actionsIn: () => new Map(),
};

interface Told {
  readonly text: string;
  readonly all: string;
}
let count = 0;

async function say(
  text: string,
  more: Partial<AskRequest> = {},
  parts: Partial<AskParts> & { readonly role?: Standing['role']; readonly grants?: Standing['grants'] } = {},
): Promise<Told[]> {
  const { role = 'viewer', grants = [], ...askParts } = parts;
  const told: Told[] = [];
  const tell = async (message: Message) =>
    void told.push({ text: plainText(message.text), all: message.blocks.map(wordsOf).join('\n') });
  count += 1;
  const request: AskRequest = {
    kind: 'ask',
    id: `ask-${count}`,
    via: 'command',
    channelId: 'C1',
    text,
    principal: { kind: 'slack', id: 'U1', team: 'T1' },
    receivedAt: NOW,
    reply: { private: tell, replace: tell },
    ...more,
  };
  const ask = createAsk({
    commands,
    resources: resourcesOf({ environments, db: database.db, rights: noBook }),
    roles: () => roles,
    sendFile: notAsked,
    async startAction(action) {
      started.push(action);
      return { after: () => tell({ text: ['started'], blocks: [] }) };
    },
    ...askParts,
  });
  const handler = createInbound({
    db: database.db,
    clock: { now: () => NOW },
    standingOf: async () => ({ role, grants, approver: false, name: 'hana', why: { rule: 'full-member' } }),
    language: () => 'en',
    ask,
    commands,
    clicks: {},
    forms: {},
    home: async () => undefined,
    changed: async () => undefined,
    passingFault: () => undefined,
    onError: () => undefined,
  });
  const answer = await handler(request);
  await answer.after?.(new AbortController().signal);
  return told;
}

function wordsOf(block: Block): string {
  if (block.kind === 'text') return plainText(block.text);
  if (block.kind === 'list') return block.items.map(plainText).join('\n');
  if (block.kind === 'context') return block.lines.map(plainText).join('\n');
  return '';
}

async function declare(number: number, more: Partial<Record<'environment' | 'target' | 'severity', string>> = {}) {
  return database.db
    .insertInto('incidents')
    .values({
      number,
      source: 'manual',
      state: 'open',
      since: NOW,
      title: 'Checkout is down',
      severity: 'critical',
      peak_severity: 'critical',
      opened_at: NOW,
      fired_at: NOW,
      channel: '#ops',
      ...(more as object),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
}

describe('a query', () => {
  it('answers only the asker, knows who asked, and leaves an audit entry', async () => {
    expect(await say('look shop/checkout')).toMatchObject([{ text: 'looked at shop/checkout' }]);
    expect(asked.at(-1)).toMatchObject({
      principal: { id: 'U1', name: 'hana' },
      role: 'viewer',
      origin: { kind: 'command', channel: 'C1' },
      now: NOW,
    });
    const entry = await database.db.selectFrom('audit').selectAll().orderBy('id', 'desc').executeTakeFirst();
    expect(entry).toMatchObject({ stage: 'asked', verb: 'look', outcome: 'ok' });
  });

  it('is not run twice for one request', async () => {
    const id = 'ask-same';
    expect(await say('look', { id })).toHaveLength(1);
    expect(await say('look', { id })).toHaveLength(0);
  });

  it('is given up after its time', async () => {
    const [told] = await say('look slow', {}, { queryLimitMs: 50 });
    expect(told?.text).toMatch(/^\/ops look found no answer within/);
  });

  it('is answered without the button that shares it where keeping it fails or takes long', async () => {
    for (const share of [() => new Promise<Message>(() => undefined), () => Promise.reject(new Error('no room'))])
      expect(await say('look x', {}, { share })).toMatchObject([{ text: 'looked at x' }]);
  });

  it('that breaks gives an id', async () => {
    expect(await say('look broken')).toMatchObject([{ text: expect.stringMatching(/id [0-9a-f]{4}/) }]);
  });

  it.each([
    ['lok', /do not know lok. Did you mean look\?/],
    ['look --nmaespace x', /no flag --nmaespace here. Did you mean --namespace\? Usage: \/ops look \[target\]/],
    ['look "x', /quote is open/],
    ['look -e prod', /no environment prod. Did you mean production\?/],
  ])('explains %s', async (text, words) => {
    expect(await say(text)).toMatchObject([{ text: expect.stringMatching(words) }]);
  });
});

describe('the words', () => {
  it('may begin with a needless /ops or kubectl get', async () => {
    for (const words of ['/ops look x', 'kubectl get look x', '/ops get LOOK x'])
      expect(await say(words, { via: 'dm' })).toMatchObject([{ text: 'looked at x' }]);
  });

  it.each([
    ['ack', /ack is a button: press Acknowledge on the incident's post, or name the incident: \/ops ack INC-142/],
    ['snooze', /press ⋯ Snooze 1 h on the incident's post, .* \/ops incidents lists what is open/],
    ['assign', /press ⋯ Assign… on/],
    ['silence', /press ⋯ Silence… on/],
    ['diagnose', /press Diagnose on/],
  ])('may be those of a button: %s', async (text, words) => {
    expect(await say(text)).toMatchObject([{ text: expect.stringMatching(words) }]);
  });

  it.each([
    ['ack INC-7', 'INC-7 ack'],
    ['snooze 7 4h', 'INC-7 snooze 4h'],
    ['assign @mika inc 7', 'INC-7 assign @mika'],
  ])('of a button lead to that button of the incident: %s', async (text, target) => {
    expect(await say(text, {}, withIncident)).toMatchObject([{ text: `looked at ${target}` }]);
  });

  it('may be a number alone, which is shown', async () => {
    const jobs = { ...look, name: 'jobs' };
    const withJobs = { commands: new Map<string, Command>([...commands, ['jobs', jobs]]) };
    expect(await say('job-7', {}, withJobs)).toMatchObject([{ text: 'looked at JOB-7' }]);
    expect(await say('INC-7', {}, withJobs)).toMatchObject([{ text: expect.stringContaining('do not know INC-7') }]);
  });
});

describe('where something is asked', () => {
  it('is -e, else the incident of the thread, else the channel', async () => {
    const channel = { id: 'C1', name: 'ops', environment: 'staging', refreshed_at: NOW };
    await database.db.insertInto('channels').values(channel).execute();
    const target: Target = {
      environment: 'production',
      cluster: 'main',
      namespace: 'shop',
      kind: 'Deployment',
      name: 'checkout',
    };
    const { id } = await declare(142, { environment: 'production', target: JSON.stringify(target) });
    const post = { subject: `incident:${id}`, purpose: 'main', channel: '#ops', channel_id: 'C1', ts: '1.5' };
    await database.db
      .insertInto('posts')
      .values({ ...post, created_at: NOW })
      .execute();

    await say('look');
    expect(asked.at(-1)).toMatchObject({ environment: 'staging' });
    expect(asked.at(-1)?.incidentTarget).toBeUndefined();
    await say('look', { via: 'mention', threadTs: '1.5' });
    expect(asked.at(-1)).toMatchObject({
      environment: 'production',
      incidentTarget: target,
      origin: { kind: 'mention', thread: '1.5', incident: 142 },
    });
    expect(await say('ack please', { via: 'mention', threadTs: '1.5' }, withIncident)).toMatchObject([
      { text: 'looked at INC-142 ack' },
    ]);
    await say('look -e staging --cluster b', { via: 'mention', threadTs: '1.5' });
    expect(asked.at(-1)).toMatchObject({ environment: 'staging', cluster: 'b', incidentTarget: target });
    await say('look', { via: 'mention', threadTs: '9.9' });
    expect(asked.at(-1)).toMatchObject({ environment: 'staging' });
  });
});

describe('an action', () => {
  it('is handed to the pipeline with what was typed of its target', async () => {
    expect(await say('act shop/checkout -e staging', {}, { role: 'operator' })).toMatchObject([{ text: 'started' }]);
    expect(started.at(-1)).toMatchObject({
      args: { target: 'shop/checkout' },
      question: { text: 'shop/checkout', environment: 'staging' },
      scope: { environment: 'staging' },
      asked: { role: 'operator' },
    });
  });

  it.each([
    ['turn shop/checkout --for 2h', { lastsMs: 7_200_000, how: 'ask' }],
    ['turn shop/checkout --for 90m --auto', { lastsMs: 5_400_000, how: 'auto' }],
    ['turn shop/checkout', undefined],
  ])('is for a while when that is typed: %s', async (typed, term) => {
    await say(typed, {}, { role: 'operator' });
    expect(started.at(-1)?.term).toEqual(term);
  });

  it.each([
    ['act shop/checkout --for 2h', /act cannot be taken back, so it is not done for a while/],
    ['turn shop/checkout --for soon', /soon is no time from 1m to 30d/],
    ['turn shop/checkout --for 30s', /30s is no time/],
    ['turn shop/checkout --for 31d', /31d is no time/],
    ['turn shop/checkout --auto', /--auto takes back what --for has made/],
  ])('is not for a while when that makes no sense: %s', async (typed, why) => {
    const before = started.length;
    expect((await say(typed, {}, { role: 'operator' }))[0]?.text).toMatch(why);
    expect(started).toHaveLength(before);
  });

  it('is refused to viewers, who learn whom to ask; the refusal is in the audit', async () => {
    const before = started.length;
    expect(await say('act x')).toMatchObject([
      { text: '/ops act needs the role operator; yours is viewer. These have it: @sre.' },
    ]);
    expect(started).toHaveLength(before);
    const entry = await database.db.selectFrom('audit').selectAll().orderBy('id', 'desc').executeTakeFirst();
    expect(entry).toMatchObject({ stage: 'refused', verb: 'act', rule: 'needs-operator' });
  });
});

describe('help', () => {
  it('lists what there is, with what it takes', async () => {
    const [told] = await say('help');
    expect(told?.all).toContain('/ops look looks at something');
    expect(told?.all).toContain('/ops act changes something (needs the role operator)');
  });

  it.each(['help look', 'look --help', 'look -h', 'look x —help', 'help LOOK'])(
    'explains one command: %s',
    async (text) => {
      const [told] = await say(text);
      expect(told?.all).toContain('/ops look [target] [-n NS] [-e ENV]');
      expect(told?.all).toContain('-n, --namespace NS in this namespace');
      expect(told?.all).toContain('/ops look shop/checkout, /ops look -n shop');
    },
  );

  it('of an action is there for those who may not run it', async () => {
    const [told] = await say('act --help');
    expect(told?.all).toContain('needs the role operator');
    expect(told?.all).toContain('--break-glass RULE');
    expect(told?.all).not.toContain('--for');
    expect((await say('turn --help'))[0]?.all).toContain('--for TIME for how long, like 2h');
  });
});

describe('/ops alone', () => {
  it('says that nothing is open', async () => {
    const [told] = await say('');
    expect(told?.text).toBe('No incident is open. Nothing waits for an acknowledgement.');
    expect(told?.all).toContain('Commands: look.');
    expect(told?.all).not.toContain('act');
  });

  it('says what is open and what to do next', async () => {
    await declare(7, { severity: 'low' });
    await declare(8);
    const [told] = await say('  ');
    expect(told?.text).toContain('2 incidents are open: 1 critical, 1 low.');
    expect(told?.text).toContain('nobody has acknowledged INC-8');
  });
});
