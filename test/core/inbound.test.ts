import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isStorageFault } from '../../src/adapters/postgres/faults.ts';
import { type Answering, type Handling, onClick, onSubmit } from '../../src/core/handling.ts';
import { createInbound, type InboundParts } from '../../src/core/inbound.ts';
import type { Standing } from '../../src/core/rights/types.ts';
import { plainText } from '../../src/core/wording.ts';
import type { Form, Message } from '../../src/domain/content.ts';
import { RetryableError, UserError } from '../../src/domain/errors.ts';
import { userError } from '../../src/messages/user-error.ts';
import {
  type Answer,
  type AskRequest,
  ChatError,
  type ClickRequest,
  type SubmitRequest,
} from '../../src/ports/chat.ts';
import { ClusterError } from '../../src/ports/cluster.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';

const NOW = new Date('2026-11-20T03:00:00Z');
const viewer: Standing = { role: 'viewer', approver: false, grants: [], why: { rule: 'full-member' } };

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** What the asker sees, and what was logged. */
class Seen {
  readonly private: string[] = [];
  readonly opened: Form[] = [];
  readonly updated: Form[] = [];
  readonly logged: { readonly error: unknown; readonly id: string; readonly request: string }[] = [];
  readonly acks: Answer['ack'][] = [];
}
let seen: Seen;
let count = 0;
beforeEach(() => {
  seen = new Seen();
});

function base() {
  count += 1;
  return {
    id: `request-${count}`,
    principal: { kind: 'slack', id: 'U1', team: 'T1' } as const,
    receivedAt: NOW,
    reply: {
      private: async (message: Message) => void seen.private.push(plainText(message.text)),
      replace: async (message: Message) => void seen.private.push(plainText(message.text)),
      openForm: async (form: Form) => {
        seen.opened.push(form);
        return { id: 'V1', update: async (next: Form) => void seen.updated.push(next) };
      },
    },
  };
}
const press = (button: string, carries: unknown): ClickRequest => ({
  ...base(),
  kind: 'click',
  channelId: 'C1',
  ephemeral: false,
  button,
  carries,
  actionTs: '1.0',
});
const send = (form: string, values: Record<string, string>): SubmitRequest => ({
  ...base(),
  kind: 'submit',
  form,
  carries: { v: 1 },
  values,
});
const say = (text: string): AskRequest => ({ ...base(), kind: 'ask', via: 'command', channelId: 'C1', text });

/** A button that writes a row in its transaction. */
const note = onClick({
  v: 2,
  carries: z.object({ v: z.number(), name: z.string() }),
  handle: async ({ carries }, { tx, now }) => {
    await tx.insertInto('budgets').values({ key: carries.name, next_at: now }).execute();
    return {};
  },
});

function inbound(parts: Partial<InboundParts> = {}) {
  const handler = createInbound({
    db: database.db,
    clock: { now: () => NOW },
    standingOf: async () => viewer,
    language: () => 'en',
    ask: async () => ({}),
    commands: new Map(),
    clicks: { note },
    forms: {},
    home: async () => undefined,
    changed: async () => undefined,
    passingFault: (error) => (isStorageFault(error) ? 'PostgreSQL' : undefined),
    onError: (error, about) => void seen.logged.push({ error, ...about }),
    ...parts,
  });
  return async (request: Parameters<typeof handler>[0]) => {
    const answer = await handler(request);
    seen.acks.push(answer.ack);
    await answer.after?.(new AbortController().signal);
  };
}

const noted = async (key: string): Promise<number> =>
  (await database.db.selectFrom('budgets').select('key').where('key', '=', key).execute()).length;
const taken = async (id: string): Promise<boolean> =>
  (await database.db.selectFrom('requests').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
const clicking = (handle: (handling: Handling) => Promise<Answering>) => ({
  try: onClick({ v: 1, carries: z.object({ v: z.number() }), handle: async (_, handling) => handle(handling) }),
});

describe('a click', () => {
  it('is committed with its request before it is answered, and done once', async () => {
    const click = press('note', { v: 1, name: 'once' });
    await inbound()(click);
    await inbound()(click);
    expect(await noted('once')).toBe(1);
    expect(await taken(click.id)).toBe(true);
    expect(seen.private).toEqual([]);
  });

  it('is done once when it comes twice at the same time', async () => {
    const click = press('note', { v: 1, name: 'twice' });
    await Promise.all([inbound()(click), inbound()(click), inbound()(click)]);
    expect(await noted('twice')).toBe(1);
    expect(seen.private).toEqual([]);
    expect(seen.logged).toEqual([]);
  });

  it.each([
    ['a newer version', 'note', { v: 3, name: 'x' }, /being upgraded.*press again/, 'beingUpgraded'],
    ['a button nobody knows', 'gone', { v: 1 }, /not known/, 'unknownButton'],
    ['the name of a method', 'constructor', { v: 1 }, /not known/, 'unknownButton'],
    ['something else in it', 'note', { v: 1, nome: 'x' }, /cannot read/, 'MalformedCarries'],
    ['no version', 'note', { name: 'x' }, /cannot read/, 'malformed'],
    ['nothing', 'note', null, /cannot read/, 'malformed'],
    ['text', 'note', 'x', /cannot read/, 'malformed'],
  ])('with %s changes nothing, says so and is noted', async (_, button, carries, words, rule) => {
    const click = press(button, carries);
    await inbound()(click);
    expect(seen.private).toEqual([expect.stringMatching(words)]);
    expect(await taken(click.id)).toBe(false);
    const entry = await database.db.selectFrom('audit').selectAll().orderBy('id', 'desc').executeTakeFirst();
    expect(entry).toMatchObject({ stage: 'refused', verb: button, rule, principal: { id: 'U1' } });
  });

  it('of somebody without rights is refused, once, with its audit entry', async () => {
    const standingOf = async (): Promise<Standing> => ({
      role: 'none',
      approver: false,
      grants: [],
      why: { rule: 'guest' },
    });
    const click = press('note', { v: 1, name: 'guest' });
    await inbound({ standingOf })(click);
    await inbound({ standingOf })(click);
    expect(seen.private).toEqual([expect.stringContaining('Guests')]);
    expect(await noted('guest')).toBe(0);
    const entries = await database.db.selectFrom('audit').selectAll().where('rule', '=', 'guest').execute();
    expect(entries).toMatchObject([{ stage: 'refused', verb: 'note', rule: 'guest', principal: { id: 'U1' } }]);
  });

  it('opens its form after the commit, and tells what fails later in that form', async () => {
    const form: Form = { id: 'f', title: 'Wait', close: 'Close', carries: { v: 1 }, blocks: [] };
    const click = press('try', { v: 1 });
    const clicks = clicking(async () => ({
      open: form,
      after: async (_, handle) => {
        expect(handle?.id).toBe('V1');
        expect(await taken(click.id)).toBe(true);
        throw new ClusterError('away', 'main', 'timed out');
      },
    }));
    await inbound({ clicks })(click);
    expect(seen.opened).toEqual([form]);
    expect(seen.private).toEqual([]);
    expect(seen.updated).toMatchObject([{ title: 'That did not work', carries: { v: 1 } }]);
  });
});

describe('a form that was closed while it was worked for', () => {
  const form: Form = { id: 'f', title: 'Wait', close: 'Close', carries: { v: 1 }, blocks: [] };
  const closed = async () => {
    throw new ChatError('expired', 'not_found');
  };
  const reply = { ...base().reply, openForm: async () => ({ id: 'V1', update: closed }) };

  it.each([
    ['the preview comes', closed],
    [
      'an error is to be told',
      async () => {
        throw new ClusterError('away', 'main', 'timed out');
      },
    ],
  ])('is no fault when %s', async (_, after) => {
    await inbound({ clicks: clicking(async () => ({ open: form, after })) })({ ...press('try', { v: 1 }), reply });
    expect(seen.logged).toEqual([]);
    expect(seen.private).toEqual([]);
  });
});

describe('a form that does not open', () => {
  it('is told; what was committed before stays', async () => {
    const click = press('try', { v: 1 });
    const reply = {
      ...click.reply,
      openForm: async () => {
        throw new ChatError('expired', 'expired_trigger_id');
      },
    };
    const form: Form = { id: 'f', title: 'Wait', close: 'Close', carries: { v: 1 }, blocks: [] };
    await inbound({ clicks: clicking(async () => ({ open: form })) })({ ...click, reply });
    expect(seen.private).toEqual(['Slack did not open the form in time. Press or type it again.']);
    expect(await taken(click.id)).toBe(true);
  });
});

describe('an error', () => {
  it.each([
    ['of the asker', userError('no-such-verb', { verb: 'x', near: [] }), /do not know x/],
    ['of a passing kind', new RetryableError('Slack', 'slow'), /Slack has not answered since .*Nothing was changed/],
    ['of a cluster that is away', new ClusterError('away', 'main', 'timeout'), /Cluster main has not answered since/],
    ['of a cluster that forbids', new ClusterError('forbidden', 'main', 'pods is forbidden'), /main forbids.*pods is/],
  ])('%s is worded, logged nowhere, and rolls back', async (_, error, words) => {
    const click = press('try', { v: 1 });
    const clicks = clicking(async ({ tx, now }) => {
      await tx.insertInto('budgets').values({ key: click.id, next_at: now }).execute();
      throw error;
    });
    await inbound({ clicks, awaySince: () => NOW })(click);
    expect(seen.private).toEqual([expect.stringMatching(words)]);
    expect(seen.logged).toEqual([]);
    expect(await noted(click.id)).toBe(0);
  });

  it('of ours is logged under the id that the asker gets, without its text', async () => {
    const clicks = clicking(async () => {
      throw new Error('password=hunter2');
    });
    await inbound({ clicks })(press('try', { v: 1 }));
    const [logged] = seen.logged;
    expect(logged).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{4}$/), request: 'click try by slack:U1' });
    expect(seen.private).toEqual([expect.stringContaining(`id ${logged?.id}`)]);
    expect(seen.private[0]).not.toContain('hunter2');
  });

  it('while telling an error is logged too, and nothing is thrown', async () => {
    const request = say('x');
    const reply = {
      ...request.reply,
      private: async () => {
        throw new Error('response_url is gone');
      },
    };
    const ask = async (): Promise<Answering> => ({
      after: async () => {
        throw userError('which-target');
      },
    });
    await inbound({ ask })({ ...request, reply });
    expect(seen.logged).toHaveLength(1);
  });
});

describe('a form', () => {
  const forms = (error: Error) => ({
    f: onSubmit({
      v: 1,
      carries: z.object({ v: z.number() }),
      handle: async () => {
        throw error;
      },
    }),
  });

  it('keeps what was typed, with the sentence beside the input it is about', async () => {
    const request = send('f', { reason: 'x', until: 'y' });
    await inbound({ forms: forms(new UserError('which-target', { input: 'until' })) })(request);
    await inbound({ forms: forms(userError('which-target')) })(request);
    expect(seen.acks).toMatchObject([
      { kind: 'errors', errors: { until: expect.stringContaining('Which workload') } },
      { kind: 'errors', errors: { reason: expect.stringContaining('Which workload') } },
    ]);
  });

  it('without any input becomes the sentence', async () => {
    await inbound({ forms: forms(userError('which-target')) })(send('f', {}));
    expect(seen.acks).toMatchObject([{ kind: 'form', form: { title: 'That did not work' } }]);
  });
});

describe('when the database is slow or away', () => {
  it('what is not committed in time is not recorded, and is told so', async () => {
    const blocker = await database.db.startTransaction().execute();
    await blocker.insertInto('budgets').values({ key: 'blocked', next_at: NOW }).execute();
    const click = press('note', { v: 1, name: 'blocked' });
    const answered = inbound({ limitMs: 100 })(click);
    await answered;
    expect(seen.private).toEqual([expect.stringContaining('Not recorded')]);
    await blocker.rollback().execute();
    await expect.poll(() => taken(click.id)).toBe(false);
    expect(await noted('blocked')).toBe(0);
  });

  it('says which system is away and that nothing was changed', async () => {
    const gone = await openTestDatabase();
    await gone.close();
    await inbound({ db: gone.db })(press('note', { v: 1, name: 'x' }));
    expect(seen.private).toEqual([expect.stringMatching(/PostgreSQL does not answer.*Nothing was changed/)]);
  });
});

describe('language', () => {
  it("is the channel's, else the person's, else config's", async () => {
    const unknown = press('gone', { v: 1 });
    await inbound()(unknown);
    await inbound({ standingOf: async () => ({ ...viewer, locale: 'ja-JP' }) })(unknown);
    await inbound({ language: () => 'ja', standingOf: async () => ({ ...viewer, locale: 'fr-FR' }) })(unknown);
    const channel = { id: 'C1', name: 'ops', language: 'en', environment: 'staging', refreshed_at: NOW };
    await database.db.insertInto('channels').values(channel).execute();
    await inbound({ standingOf: async () => ({ ...viewer, locale: 'ja-JP' }) })(unknown);
    const english = expect.stringContaining('not known');
    const japanese = expect.stringContaining('このボタン');
    expect(seen.private).toEqual([english, japanese, japanese, english]);
  });

  it("comes with the channel's environment", async () => {
    const handled: Handling[] = [];
    const clicks = clicking(async (handling) => {
      handled.push(handling);
      return {};
    });
    await inbound({ clicks })(press('try', { v: 1 }));
    expect(handled).toMatchObject([{ channelEnvironment: 'staging', role: 'viewer', now: NOW, language: 'en' }]);
  });
});

it('refreshes rows after the acknowledgement when the workspace changed', async () => {
  const changes: string[] = [];
  const handler = inbound({ changed: async (change) => void changes.push(`${change.what} ${change.subject}`) });
  await handler({ kind: 'changed', id: 'Ev1', what: 'person', subject: 'U1' });
  expect(changes).toEqual(['person U1']);
});
