import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BOT_USER_ID, CHANNELS, FOREIGN_TEAM_ID, PEOPLE, TEAM_ID } from '../../../sandbox/slack/index.ts';
import type { Block, Form, Message } from '../../../src/domain/content.ts';
import type {
  AskRequest,
  ChangedRequest,
  ClickRequest,
  FormHandle,
  Inbound,
  SubmitRequest,
} from '../../../src/ports/chat.ts';
import { call, section } from '../../sandbox/slack/help.ts';
import { type Bench, type Mode, mark, say, startBench } from './support/bench.ts';
import { read } from './support/rendered.ts';

const loading: Form = {
  id: 'loading',
  title: 'Restart',
  close: 'Close',
  carries: { v: 1 },
  blocks: [{ kind: 'text', text: ['Looking…'] }],
};
const confirm: Form = {
  ...loading,
  id: 'confirm',
  submit: 'Restart',
  carries: { v: 1, action: 'A1' },
  blocks: [
    { kind: 'text', text: ['3 pods'] },
    { kind: 'text-input', id: 'reason', label: 'Reason' },
    { kind: 'choice', id: 'how', label: 'How', options: [{ value: 'soft', label: 'Softly' }], optional: true },
    { kind: 'person-input', id: 'who', label: 'Who', optional: true },
  ],
};
const withButton: Message = {
  text: ['INC-1'],
  blocks: [
    { kind: 'text', text: ['INC-1 is open'] },
    {
      kind: 'buttons',
      buttons: [{ id: 'ack', label: 'Acknowledge', carries: { v: 1, incident: 1 } }],
      menu: [{ id: 'snooze', label: 'Snooze 1 h', carries: { v: 1, incident: 1, for: '1h' } }],
    },
  ],
};

/** Shown by another process. */
const OTHER = { type: 'home', blocks: [section('somebody else')] };

describe.each<Mode>(['http', 'socket'])('by %s', (mode) => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await startBench({ mode });
  });
  afterEach(() => bench.close());

  const last = <K extends Inbound['kind']>(kind: K) =>
    bench.requests.findLast((request): request is Extract<Inbound, { kind: K }> => request.kind === kind)!;
  const ephemerals = (name: string) => bench.slack.user(name).ephemerals.map(read);

  describe('a command', () => {
    test('arrives with who, where and the words as typed', async () => {
      expect(
        await bench.slack.as('kenji').command('alerts', '/ops logs shop/checkout --grep "a < b & c" @mika #ops'),
      ).toMatchObject({ ok: true });
      expect(last('ask')).toMatchObject({
        via: 'command',
        principal: { kind: 'slack', id: PEOPLE.kenji, team: TEAM_ID },
        channelId: CHANNELS.alerts,
        text: `logs shop/checkout --grep "a < b & c" <@${PEOPLE.mika}|mika> <#${CHANNELS.ops}|ops>`,
      } satisfies Partial<AskRequest>);
    });

    test('is acknowledged only when the handler is done, and answered privately afterwards', async () => {
      let acknowledged: boolean | undefined;
      bench.handle = async (request) => {
        acknowledged = bench.slack.deliveries('command').length > 0;
        return { after: async () => ('reply' in request ? request.reply.private(say('2 pods')) : undefined) };
      };
      await bench.slack.as('kenji').command('alerts', '/ops pods');
      await bench.until(() => ephemerals('kenji').includes('2 pods'));
      expect(acknowledged).toBe(false);
    });

    test('whose handler fails is told so in the acknowledgement', async () => {
      bench.handle = async () => {
        throw new TypeError('secret detail');
      };
      await bench.slack.as('kenji').command('alerts', '/ops pods');
      expect(ephemerals('kenji')).toEqual(['Failed: TypeError']);
      expect(bench.errors).toMatchObject([{ error: { message: 'secret detail' } }]);
    });

    test('opens a form at once and fills it in later', async () => {
      bench.handle = async (request) => {
        const form = 'reply' in request ? await request.reply.openForm?.(loading) : undefined;
        return { after: async () => form?.update(confirm) };
      };
      await bench.slack.as('kenji').command('alerts', '/ops restart');
      await bench.until(() => JSON.stringify(bench.slack.as('kenji').view() ?? '').includes('3 pods'));
      expect(bench.slack.as('kenji').openViews()).toHaveLength(1);
    });

    test('whose trigger has run out: expired', async () => {
      const refused = new Promise((resolve) => {
        bench.handle = async (request) => {
          bench.slack.advance(3_100);
          if ('reply' in request) await request.reply.openForm?.(loading).catch(resolve);
          return {};
        };
      });
      await bench.slack.as('kenji').command('alerts', '/ops restart');
      expect(await refused).toMatchObject({ kind: 'expired', code: 'expired_trigger_id' });
    });
  });

  describe('a click', () => {
    const post = async () => {
      const at = await bench.adapter.chat.post(CHANNELS.alerts, withButton, mark(1));
      return bench.slack.channel('alerts').message(at.ts)!;
    };

    test('arrives with what the button carries and where it stood', async () => {
      const message = await post();
      await bench.slack.as('mika').click(message, 'Acknowledge');
      expect(last('click')).toMatchObject({
        button: 'ack',
        carries: { v: 1, incident: 1 },
        principal: { kind: 'slack', id: PEOPLE.mika, team: TEAM_ID },
        channelId: CHANNELS.alerts,
        messageTs: message.ts,
        ephemeral: false,
      } satisfies Partial<ClickRequest>);
    });

    test('in a menu arrives as one of the button that its choice is', async () => {
      await bench.slack.as('mika').click(await post(), 'Snooze 1 h');
      expect(last('click')).toMatchObject({ button: 'snooze', carries: { v: 1, incident: 1, for: '1h' } });
    });

    test('of a partner carries the partner’s own team', async () => {
      const at = await bench.adapter.chat.post(CHANNELS.ops, withButton, mark(1));
      await bench.slack.as('fran').click(bench.slack.channel('ops').message(at.ts)!, 'Acknowledge');
      expect(last('click').principal).toEqual({ kind: 'slack', id: PEOPLE.fran, team: FOREIGN_TEAM_ID });
    });

    test('is answered privately, or by drawing the post anew', async () => {
      const message = await post();
      bench.handle = async ({ ...request }) => ({
        after: async () => {
          if (request.kind !== 'click') return;
          await request.reply.private(say('noted'));
          await request.reply.redraw?.(say('INC-1 acknowledged'));
        },
      });
      await bench.slack.as('mika').click(message, 'Acknowledge');
      await bench.until(() => read(bench.slack.channel('alerts').message(message.ts)!) === 'INC-1 acknowledged');
      expect(ephemerals('mika')).toEqual(['noted']);
      expect(bench.slack.channel('alerts').posts()).toHaveLength(1);
    });

    test('in a private message can replace it', async () => {
      await bench.adapter.chat.whisper({ channelId: CHANNELS.alerts }, PEOPLE.mika, withButton);
      bench.handle = async (request) => ({
        after: async () => ('reply' in request ? request.reply.replace(say('done')) : undefined),
      });
      await bench.slack.as('mika').click(bench.slack.user('mika').ephemerals[0]!, 'Acknowledge');
      await bench.until(() => ephemerals('mika').includes('done'));
      expect(ephemerals('mika')).toEqual(['done']);
      expect(last('click')).toMatchObject({ ephemeral: true });
      expect(last('click').reply.redraw).toBeUndefined();
    });

    test('whose handler fails is not acknowledged, and told privately', async () => {
      bench.handle = async () => {
        throw new RangeError('x');
      };
      expect(await bench.slack.as('mika').click(await post(), 'Acknowledge')).toMatchObject({ ok: false });
      await bench.until(() => ephemerals('mika').includes('Failed: RangeError'));
    });

    test('in a thread is answered in the thread', async () => {
      const parent = await post();
      const at = await bench.adapter.chat.post(CHANNELS.alerts, withButton, { ...mark(2), threadTs: parent.ts });
      bench.handle = async (request) => ({
        after: async () => ('reply' in request ? request.reply.private(say('here')) : undefined),
      });
      await bench.slack.as('mika').click(bench.slack.channel('alerts').message(at.ts)!, 'Acknowledge');
      await bench.until(() =>
        bench.slack.user('mika').ephemerals.some((one) => one.thread_ts === parent.ts && read(one) === 'here'),
      );
      expect(last('click')).toMatchObject({ threadTs: parent.ts });
    });
  });

  describe('a form', () => {
    const show = async (form: Form = confirm): Promise<void> => {
      bench.handle = async (request) => {
        if ('reply' in request) await request.reply.openForm?.(form);
        return {};
      };
      await bench.slack.as('kenji').command('alerts', '/ops restart');
      bench.handle = async () => ({});
    };

    test('arrives with its values by input; empty ones are absent; then it closes', async () => {
      await show();
      expect(await bench.slack.as('kenji').submit({ Reason: 'stuck <!here>' })).toMatchObject({ ok: true });
      expect(last('submit')).toMatchObject({
        form: 'confirm',
        carries: { v: 1, action: 'A1' },
        values: { reason: 'stuck <!here>' },
      } satisfies Partial<SubmitRequest>);
      expect(Object.keys(last('submit').values)).toEqual(['reason']);
      expect(bench.slack.as('kenji').view()).toBeUndefined();
    });

    test('shows errors beside their inputs, and the corrected one is a new request', async () => {
      await show();
      bench.handle = async () => ({ ack: { kind: 'errors', errors: { reason: 'Too short', elsewhere: 'Also this' } } });
      const first = await bench.slack.as('kenji').submit({ Reason: 'x' });
      expect(first.errors).toEqual({ 'in:reason': 'Too short Also this' });
      const id = last('submit').id;
      bench.handle = async () => ({});
      expect(await bench.slack.as('kenji').submit({ Reason: 'long enough', How: 'Softly' })).toMatchObject({
        ok: true,
      });
      expect(last('submit')).toMatchObject({ values: { reason: 'long enough', how: 'soft' } });
      expect(last('submit').id).not.toBe(id);
    });

    test('becomes another form in the acknowledgement, which can be drawn anew', async () => {
      await show();
      bench.handle = async (request) => {
        const next = 'reply' in request ? await request.reply.openForm?.(loading) : undefined;
        return { after: async () => next?.update({ ...loading, blocks: [{ kind: 'text', text: ['JOB-7 runs'] }] }) };
      };
      expect((await bench.slack.as('kenji').submit({ Reason: 'stuck' })).ok).toBe(true);
      await bench.until(() => JSON.stringify(bench.slack.as('kenji').view() ?? '').includes('JOB-7 runs'));
      expect(bench.slack.as('kenji').openViews()).toHaveLength(1);
    });

    test('whose handler fails keeps what was typed', async () => {
      await show();
      bench.handle = async () => {
        throw new TypeError('x');
      };
      expect((await bench.slack.as('kenji').submit({ Reason: 'stuck' })).errors).toEqual({
        'in:reason': 'Failed: TypeError',
      });
    });

    test('without inputs becomes the failure’s words', async () => {
      await show({ ...loading, submit: 'Go' });
      bench.handle = async () => {
        throw new TypeError('x');
      };
      const { view } = await bench.slack.as('kenji').submit();
      expect(JSON.stringify(view)).toContain('Failed: TypeError');
    });

    test('with a button: a second form lies on it, and the first can be drawn anew', async () => {
      await show({
        ...confirm,
        blocks: [{ kind: 'buttons', buttons: [{ id: 'more', label: 'More', carries: { v: 1 } }] }, ...confirm.blocks],
      });
      let below: FormHandle | undefined;
      bench.handle = async (request) => {
        if (request.kind === 'click') {
          below = request.shown;
          await request.reply.openForm?.(loading);
        }
        return {};
      };
      await bench.slack.as('kenji').click('modal', 'More');
      expect(bench.slack.as('kenji').openViews()).toHaveLength(2);
      await below?.update({ ...confirm, title: 'Changed' });
      expect(bench.slack.as('kenji').openViews()[0]).toMatchObject({ title: { text: 'Changed' } });
    });

    test('that was closed meanwhile cannot be drawn: expired', async () => {
      let handle: FormHandle | undefined;
      bench.handle = async (request) => {
        if ('reply' in request) handle = await request.reply.openForm?.(loading);
        return {};
      };
      await bench.slack.as('kenji').command('alerts', '/ops restart');
      await bench.slack.as('kenji').closeView();
      await expect(handle?.update(confirm)).rejects.toMatchObject({ kind: 'expired', code: 'not_found' });
    });

    test('answers in words go to the person’s direct conversation', async () => {
      await show();
      bench.handle = async (request) => ({
        after: async () => ('reply' in request ? request.reply.private(say('started')) : undefined),
      });
      await bench.slack.as('kenji').submit({ Reason: 'stuck' });
      await bench.until(() => bench.slack.user('kenji').directMessages.map(read).includes('started'));
    });
  });

  describe('a mention', () => {
    test('in a thread: the words behind it, and a private answer there', async () => {
      const parent = await bench.adapter.chat.post(CHANNELS.alerts, say('INC-1'), mark(1));
      bench.handle = async (request) => ({
        after: async () => ('reply' in request ? request.reply.private(say('12 lines')) : undefined),
      });
      bench.slack.as('kenji').say('alerts', '@hikeshi logs a < b', { thread: parent.ts });
      await bench.until(() => ephemerals('kenji').includes('12 lines'));
      expect(last('ask')).toMatchObject({
        via: 'mention',
        text: 'logs a < b',
        threadTs: parent.ts,
        principal: { id: PEOPLE.kenji, team: TEAM_ID },
      });
      expect(last('ask').reply.openForm).toBeUndefined();
      expect(bench.slack.user('kenji').ephemerals[0]).toMatchObject({ thread_ts: parent.ts });
    });

    test('edited is not heard again', async () => {
      const said = bench.slack.as('kenji').say('alerts', '@hikeshi logs');
      await bench.until(() => bench.requests.length === 1);
      bench.slack.as('kenji').edit(said, '@hikeshi logs x');
      await bench.until(() => bench.slack.deliveries('event').length === 2);
      expect(bench.requests).toHaveLength(1);
    });

    test('whose handler fails is told privately, and not sent again', async () => {
      bench.handle = async () => {
        throw new TypeError('x');
      };
      bench.slack.as('kenji').say('alerts', '@hikeshi logs');
      await bench.until(() => ephemerals('kenji').includes('Failed: TypeError'));
      expect(bench.slack.deliveries('event').map((one) => one.outcome)).toEqual(['acked']);
    });
  });

  describe('a direct message', () => {
    test('arrives, and is answered in the conversation; our own words there are not heard', async () => {
      bench.handle = async (request) => ({
        after: async () => ('reply' in request ? request.reply.private(say('you are on call')) : undefined),
      });
      bench.slack.as('mika').dm('oncall');
      await bench.until(() => bench.slack.user('mika').directMessages.map(read).includes('you are on call'));
      await bench.until(() => bench.slack.deliveries('event').length === 2);
      expect(bench.requests).toHaveLength(1);
      expect(last('ask')).toMatchObject({ via: 'dm', text: 'oncall', principal: { id: PEOPLE.mika } });
    });

    test('needs no mention of us, and has one all the same', async () => {
      bench.slack.as('mika').dm('@hikeshi can @kenji restart');
      await bench.until(() => bench.requests.length === 1);
      expect(last('ask')).toMatchObject({ via: 'dm', text: `can <@${PEOPLE.kenji}> restart` });
      bench.slack.as('mika').dm('can @kenji restart');
      await bench.until(() => bench.requests.length === 2);
      expect(last('ask')).toMatchObject({ via: 'dm', text: `can <@${PEOPLE.kenji}> restart` });
    });

    test('edited is not heard again', async () => {
      const said = bench.slack.as('mika').dm('oncall');
      bench.slack.as('mika').edit(said, 'oncall now');
      await bench.until(() => bench.slack.deliveries('event').length === 2);
      expect(bench.requests).toHaveLength(1);
    });
  });

  describe('news of the workspace', () => {
    test.each<[ChangedRequest['what'], string, (one: Bench) => void]>([
      ['person', 'U0NEW00001', (one) => void one.slack.addPerson({ id: 'U0NEW00001', name: 'new' })],
      ['person', PEOPLE.hana, (one) => one.slack.user('hana').deactivate()],
      ['channel', CHANNELS.alerts, (one) => one.slack.channel('alerts').rename('alarms')],
      ['channel', CHANNELS.ops, (one) => one.slack.channel('ops').archive()],
      ['channel', 'C0MOVED001', (one) => one.slack.channel('oncall').changeId('C0MOVED001')],
      ['membership', CHANNELS.alerts, (one) => one.slack.channel('alerts').remove('hana')],
      ['membership', CHANNELS.general, (one) => one.slack.channel('general').add(BOT_USER_ID)],
      ['group', 'S0SRE00001', (one) => one.slack.setGroup('sre', ['kenji'])],
    ])('%s %s', async (what, subject, change) => {
      change(bench);
      await bench.until(() => bench.requests.length > 0);
      expect(bench.requests[0]).toMatchObject({ kind: 'changed', what, subject });
    });

    test('that could not be taken comes again, with the same id', async () => {
      bench.handle = async () => {
        throw new Error('database away');
      };
      bench.slack.user('hana').change({ locale: 'ja-JP' });
      if (mode === 'socket') {
        await bench.until(() => bench.requests.length === 1);
        bench.slack.advance(3_001);
        await bench.until(() => bench.slack.deliveries('event').length === 1);
        bench.slack.advance(1_000);
      }
      await bench.until(() => bench.requests.length >= 2);
      expect(new Set(bench.requests.map((request) => request.id)).size).toBe(1);
    });
  });

  test('an event nobody reads is acknowledged and forgotten', async () => {
    bench.slack.as('kenji').openHome('messages');
    await bench.until(() => bench.slack.deliveries('event')[0]?.outcome === 'acked');
    expect(bench.requests).toEqual([]);
  });

  describe('the home tab', () => {
    const blocks = (words: string): readonly Block[] => [
      { kind: 'text', text: [words] },
      { kind: 'buttons', buttons: [{ id: 'refresh', label: 'Refresh', carries: { v: 1 } }] },
    ];
    const home = (): string => read(bench.slack.user('kenji').home ?? {});
    /** Opened, and shown with these words. */
    const shown = async (words: string): Promise<void> => {
      bench.handle = async (request) => ({
        after: async () => {
          if (request.kind === 'home') await request.reply.showHome?.(async () => blocks(words));
        },
      });
      bench.slack.as('kenji').openHome();
      await bench.until(() => home().includes(words));
    };

    test('is opened by a person, and shown after the acknowledgement', async () => {
      await shown('first');
      expect(last('home')).toMatchObject({
        principal: { kind: 'slack', id: PEOPLE.kenji, team: TEAM_ID },
        channelId: expect.stringMatching(/^D/),
      });
      await shown('second');
      const [one, two] = bench.slack.calls('views.publish').map(({ args }) => args);
      expect(one, 'nothing was shown yet').not.toHaveProperty('hash');
      expect(two).toHaveProperty('hash');
    });

    test('that was shown anew meanwhile is read again: the last word counts', async () => {
      await shown('first');
      let drawn = 0;
      bench.handle = async (request) => ({
        after: async () => {
          if (request.kind !== 'home') return;
          await request.reply.showHome?.(async () => {
            drawn += 1;
            if (drawn === 1) await call(bench.slack, 'views.publish', { user_id: PEOPLE.kenji, view: OTHER });
            return blocks(`drawn ${drawn}`);
          });
        },
      });
      bench.slack.as('kenji').openHome();
      await bench.until(() => home().includes('drawn 2'));
      expect(bench.slack.calls('views.publish').map(({ error }) => error)).toContain('hash_conflict');
    });

    test('when Slack asks for patience, it has it', async () => {
      bench.slack.addFault({ kind: 'rate-limited', method: 'views.publish', retryAfter: 1, times: 1 });
      await shown('in the end');
      expect(bench.slack.calls('views.publish')).toHaveLength(2);
    });

    test('a press in it is answered directly, opens a form of its own, and may show it anew', async () => {
      await shown('first');
      bench.handle = async (request) => {
        if (request.kind !== 'click') return {};
        await request.reply.openForm?.(loading);
        return {
          after: async () => {
            await request.reply.showHome?.(async () => blocks('refreshed'));
            await request.reply.private(say('2 pods'));
          },
        };
      };
      await bench.slack.as('kenji').click('home', 'Refresh');
      await bench.until(() => bench.slack.user('kenji').directMessages.some((one) => read(one).includes('2 pods')));
      expect(home()).toContain('refreshed');
      expect(last('click')).not.toHaveProperty('shown');
      expect(bench.slack.as('kenji').view()).toMatchObject({ callback_id: 'loading' });
      expect(bench.errors).toEqual([]);
    });
  });

  test('what fails after the acknowledgement is reported, not unhandled', async () => {
    bench.handle = async () => ({
      after: async () => {
        throw new Error('later');
      },
    });
    await bench.slack.as('kenji').command('alerts', '/ops pods');
    await bench.until(() => bench.errors.length === 1);
    expect(bench.errors[0]).toMatchObject({ error: { message: 'later' } });
  });

  test('no call is made for a delivery by itself', async () => {
    await bench.slack.as('kenji').command('alerts', '/ops pods');
    bench.slack.as('mika').dm('oncall');
    await bench.until(() => bench.requests.length === 2);
    expect(bench.slack.calls().filter((call) => call.method !== 'apps.connections.open')).toEqual([]);
  });
});
