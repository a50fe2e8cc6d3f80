import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeSlack, PEOPLE } from '../../../sandbox/slack/index.ts';
import { startApp, type TestApp } from './app.ts';
import { type Answer, button, call, modal, section, stillSlack } from './help.ts';

let slack: FakeSlack;
let app: TestApp;

beforeEach(async () => {
  slack = await stillSlack();
  app = await startApp();
  slack.deliverTo(app.url);
});

afterEach(async () => {
  await slack.close();
  await app.close();
});

const plain = (text: string) => ({ type: 'plain_text', text });
const submit = { submit: plain('Go') };
const why = (more = {}) => ({
  type: 'input',
  block_id: 'why',
  label: plain('Why'),
  element: { type: 'plain_text_input', action_id: 'text', ...more },
});
const form = (more = {}) => modal({ ...submit, callback_id: 'f', blocks: [why()], ...more });
const viewOf = (answer: Answer) =>
  answer['view'] as { id: string; hash: string; state: { values: Record<string, unknown> } };

/** A trigger as a command hands it out. */
async function trigger(who = 'hana'): Promise<string> {
  await slack.as(who).command('ops', '/ops');
  return String(app.got.at(-1)?.body['trigger_id']);
}

async function open(view: unknown = form()): Promise<Answer> {
  return call(slack, 'views.open', { trigger_id: await trigger(), view });
}

/** A trigger from inside the modal: a click in it. */
async function innerTrigger(): Promise<string> {
  await slack.as('hana').click('modal', 'More');
  return String(app.got.at(-1)?.body['trigger_id']);
}

const clickable = (more = {}) =>
  modal({ blocks: [{ type: 'actions', elements: [button('More', { action_id: 'more' })] }], ...more });

describe('trigger_ids', () => {
  it('live three seconds', async () => {
    const id = await trigger();
    slack.advance(3001);
    expect(await call(slack, 'views.open', { trigger_id: id, view: form() })).toMatchObject({
      error: 'expired_trigger_id',
    });
  });

  it('serve once', async () => {
    const id = await trigger();
    expect(await call(slack, 'views.open', { trigger_id: id, view: form() })).toMatchObject({ ok: true });
    expect(await call(slack, 'views.open', { trigger_id: id, view: form() })).toMatchObject({
      error: 'exchanged_trigger_id',
    });
  });

  it('cannot be made up, and have other names in a guide', async () => {
    expect(await call(slack, 'views.open', { trigger_id: '1.2.abc', view: form() })).toMatchObject({
      error: 'invalid_trigger_id',
    });
    slack.switch({ triggerErrors: 'trigger_expired' });
    const id = await trigger();
    await call(slack, 'views.open', { trigger_id: id, view: form() });
    expect(await call(slack, 'views.open', { trigger_id: id, view: form() })).toMatchObject({
      error: 'trigger_exchanged',
    });
    slack.advance(3001);
    const late = await trigger();
    slack.advance(3001);
    expect(await call(slack, 'views.open', { trigger_id: late, view: form() })).toMatchObject({
      error: 'trigger_expired',
    });
  });
});

describe('views.open', () => {
  it('answers a bad view with invalid_arguments and the lines of the blocks', async () => {
    expect(await open(modal({ title: plain('x'.repeat(25)) }))).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'] },
    });
    expect(slack.user('hana').views).toHaveLength(0);
  });

  it('refuses a view of 250 KB and an external_id in use', async () => {
    const blocks = Array.from({ length: 100 }, () => section('x'.repeat(2900)));
    expect(await open(modal({ blocks }))).toMatchObject({ error: 'view_too_large' });
    await open(form({ external_id: 'e' }));
    expect(
      await call(slack, 'views.open', { trigger_id: await trigger('mika'), view: form({ external_id: 'e' }) }),
    ).toMatchObject({ error: 'duplicate_external_id' });
  });
});

describe('views.push', () => {
  it('wants a trigger from inside the modal, and stops at three', async () => {
    await open(clickable());
    expect(await call(slack, 'views.push', { trigger_id: await trigger(), view: clickable() })).toMatchObject({
      error: 'invalid_trigger_id',
    });
    expect(await call(slack, 'views.push', { trigger_id: await innerTrigger(), view: clickable() })).toMatchObject({
      ok: true,
    });
    expect(await call(slack, 'views.push', { trigger_id: await innerTrigger(), view: clickable() })).toMatchObject({
      ok: true,
    });
    expect(await call(slack, 'views.push', { trigger_id: await innerTrigger(), view: clickable() })).toMatchObject({
      error: 'push_limit_reached',
    });
    const views = slack.user('hana').views;
    expect(views.map((view) => view['root_view_id'])).toEqual([views[0]?.['id'], views[0]?.['id'], views[0]?.['id']]);
    expect(views[2]).toMatchObject({ previous_view_id: views[1]?.['id'] });
  });
});

describe('views.update', () => {
  it('refuses the closed, the unknown, and an old hash', async () => {
    const { id, hash } = viewOf(await open(form({ external_id: 'e' })));
    expect(await call(slack, 'views.update', { view_id: 'V0NONE', view: form() })).toMatchObject({
      error: 'not_found',
    });
    const updated = viewOf(
      await call(slack, 'views.update', { external_id: 'e', view: form({ external_id: 'e' }), hash }),
    );
    expect(updated.hash).not.toBe(hash);
    expect(await call(slack, 'views.update', { view_id: id, view: form(), hash })).toMatchObject({
      error: 'hash_conflict',
    });
    expect(await call(slack, 'views.update', { view_id: id, view: form({ title: undefined }) })).toMatchObject({
      error: 'invalid_arguments',
    });
    await slack.as('hana').closeView();
    expect(await call(slack, 'views.update', { view_id: id, view: form() })).toMatchObject({ error: 'not_found' });
  });

  it('keeps what was typed where both ids stay', async () => {
    const { id } = viewOf(await open(modal({ blocks: [{ ...why(), dispatch_action: true }], ...submit })));
    await slack.as('hana').click('modal', 'Why', { choose: 'it leaks' });
    expect(viewOf(await call(slack, 'views.update', { view_id: id, view: form() })).state.values).toEqual({
      why: { text: { type: 'plain_text_input', value: 'it leaks' } },
    });
    expect(
      viewOf(await call(slack, 'views.update', { view_id: id, view: form({ blocks: [why({ action_id: 'other' })] }) }))
        .state.values,
    ).toEqual({ why: { other: { type: 'plain_text_input', value: null } } });
  });
});

describe('views.publish', () => {
  const home = { type: 'home', blocks: [section('hello')] };
  const publish = (args: Record<string, unknown> = {}) =>
    call(slack, 'views.publish', { user_id: PEOPLE.hana, view: home, ...args });

  it('wants the home tab, a known person and the newest hash', async () => {
    const { hash } = viewOf(await publish());
    expect(await publish({ hash })).toMatchObject({ ok: true });
    expect(await publish({ hash })).toMatchObject({ error: 'hash_conflict' });
    expect(await publish({ user_id: PEOPLE.fran })).toMatchObject({ error: 'user_not_found' });
    expect(await publish({ view: form() })).toMatchObject({ error: 'invalid_arguments' });
    expect(slack.user('hana').home).toMatchObject({ type: 'home' });
    const closed = await stillSlack({ app: { homeTab: false } });
    expect(await call(closed, 'views.publish', { user_id: PEOPLE.hana, view: home })).toMatchObject({
      error: 'not_enabled',
    });
    expect(() => closed.as('hana').openHome(), 'a client that shows no such tab').toThrow('no home tab');
    await closed.close();
  });

  it('refuses what stands in no home: 101 blocks, a title, blocks of messages, a file; and somebody who left', async () => {
    const many = Array.from({ length: 101 }, () => section('x'));
    for (const view of [
      { ...home, blocks: many },
      { ...home, title: { type: 'plain_text', text: 'Home' } },
      { ...home, blocks: [{ type: 'markdown', text: 'x' }] },
      { ...home, blocks: [{ type: 'alert', text: { type: 'plain_text', text: 'x' } }] },
      { blocks: home.blocks },
    ])
      expect(await publish({ view }), JSON.stringify(view).slice(0, 80)).toMatchObject({ error: 'invalid_arguments' });
    expect(await publish({ user_id: PEOPLE.dai })).toMatchObject({ error: 'user_not_found' });
    expect(await publish({ user_id: '' })).toMatchObject({ error: 'invalid_arguments' });
  });

  it('a press in it: a trigger that opens a form but pushes none, the view with its hash, no response_url', async () => {
    const [open, push] = ['opens', 'pushes'].map((text) => button(text, { action_id: text }));
    const { hash } = viewOf(
      await publish({ view: { ...home, blocks: [{ type: 'actions', elements: [open, push] }] } }),
    );
    await slack.as('hana').click('home', 'pushes');
    const pressed = app.got.at(-1)!.body;
    expect(pressed).toMatchObject({ container: { type: 'view' }, view: { type: 'home', hash } });
    expect(pressed).not.toHaveProperty('response_url');
    expect(pressed).not.toHaveProperty('channel');
    expect(await call(slack, 'views.push', { trigger_id: pressed['trigger_id'], view: form() })).toMatchObject({
      error: 'invalid_trigger_id',
    });
    await slack.as('hana').click('home', 'opens');
    const { trigger_id } = app.got.at(-1)!.body;
    expect(await call(slack, 'views.open', { trigger_id, view: form() })).toMatchObject({ ok: true });
  });

  it('comes along when the home is opened again', async () => {
    slack.as('hana').openHome();
    await slack.until(() => app.got.length === 1);
    expect(app.got[0]?.body['event']).toMatchObject({ type: 'app_home_opened', tab: 'home', user: PEOPLE.hana });
    expect(app.got[0]?.body['event']).not.toHaveProperty('view');
    await publish();
    slack.as('hana').openHome();
    await slack.until(() => app.got.length === 2);
    expect(app.got[1]?.body['event']).toHaveProperty('view.hash');
  });
});

describe('a submission', () => {
  const hana = () => slack.as('hana');

  it('is stopped by the client where something is missing, short or long', async () => {
    await open(form({ blocks: [why({ min_length: 3, max_length: 5 })] }));
    const before = app.got.length;
    expect(await hana().submit()).toMatchObject({ ok: false, errors: { why: expect.any(String) } });
    expect(await hana().submit({ why: 'ab' })).toMatchObject({
      ok: false,
      errors: { why: expect.stringContaining('3') },
    });
    expect(await hana().submit({ why: 'abcdef' })).toMatchObject({ ok: false });
    expect(app.got).toHaveLength(before);
    expect(await hana().submit({ why: 'abcd' })).toEqual({ ok: true });
    expect(app.got.at(-1)?.body).toMatchObject({
      type: 'view_submission',
      trigger_id: expect.any(String),
      response_urls: [],
      view: { callback_id: 'f', state: { values: { why: { text: { type: 'plain_text_input', value: 'abcd' } } } } },
    });
  });

  it('carries every kind of input', async () => {
    const options = ['a', 'b'].map((value) => ({ text: plain(value.toUpperCase()), value }));
    const ask = (block_id: string, element: object) => ({
      type: 'input',
      block_id,
      label: plain(block_id),
      element: { action_id: 'x', ...element },
    });
    await open(
      form({
        blocks: [
          ask('one', { type: 'static_select', options }),
          ask('some', { type: 'checkboxes', options }),
          ask('radio', { type: 'radio_buttons', options }),
          ask('who', { type: 'users_select' }),
          ask('many', { type: 'multi_users_select' }),
          ask('where', { type: 'conversations_select', response_url_enabled: true }),
          ask('day', { type: 'datepicker' }),
          ask('time', { type: 'timepicker' }),
          ask('at', { type: 'datetimepicker' }),
          ask('count', { type: 'number_input', is_decimal_allowed: false, min_value: '1' }),
        ],
      }),
    );
    const values = {
      one: 'A',
      some: ['a', 'B'],
      radio: 'b',
      who: PEOPLE.mika,
      many: [PEOPLE.mika],
      where: 'C0OPS00001',
      day: '2026-01-31',
      time: '23:59',
      at: '1700000000',
      count: '3',
    };
    expect(await hana().submit({ ...values, count: '0' })).toMatchObject({ errors: { count: expect.any(String) } });
    expect(await hana().submit(values)).toEqual({ ok: true });
    const payload = app.got.at(-1)?.body as {
      view: { state: { values: Record<string, unknown> } };
      response_urls: unknown[];
    };
    expect(payload.view.state.values).toMatchObject({
      one: { x: { selected_option: { value: 'a' } } },
      some: { x: { selected_options: [{ value: 'a' }, { value: 'b' }] } },
      radio: { x: { selected_option: { value: 'b' } } },
      who: { x: { selected_user: PEOPLE.mika } },
      many: { x: { selected_users: [PEOPLE.mika] } },
      where: { x: { selected_conversation: 'C0OPS00001' } },
      day: { x: { selected_date: '2026-01-31' } },
      time: { x: { selected_time: '23:59' } },
      at: { x: { selected_date_time: 1_700_000_000 } },
      count: { x: { value: '3' } },
    });
    expect(payload.response_urls).toMatchObject([
      { block_id: 'where', channel_id: 'C0OPS00001', response_url: expect.stringContaining('/response/') },
    ]);
  });

  it('does what the acknowledgement says: errors, update, push, clear', async () => {
    await open();
    app.answer = () => ({ body: { response_action: 'errors', errors: { why: 'no' } } });
    expect(await hana().submit({ why: 'x' })).toEqual({ ok: false, errors: { why: 'no' } });
    app.answer = () => ({ body: { response_action: 'update', view: form({ title: plain('Second') }) } });
    expect(await hana().submit({ why: 'x' })).toMatchObject({ ok: true, view: { title: { text: 'Second' } } });
    app.answer = () => ({ body: { response_action: 'push', view: form({ title: plain('Third') }) } });
    expect(await hana().submit({ why: 'x' })).toMatchObject({ ok: true, view: { title: { text: 'Third' } } });
    expect(hana().openViews()).toHaveLength(2);
    app.answer = () => ({});
    expect(await hana().submit({ why: 'x' })).toMatchObject({ ok: true, view: { title: { text: 'Second' } } });
    app.answer = () => ({ body: { response_action: 'clear' } });
    expect(await hana().submit({ why: 'x' })).toEqual({ ok: true });
    expect(hana().view()).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['an invalid view', { response_action: 'update', view: modal({ title: plain('x'.repeat(25)) }) }],
    ['errors on a block that is no input', { response_action: 'errors', errors: { other: 'x' } }],
    ['no errors', { response_action: 'errors', errors: {} }],
    ['a strange action', { response_action: 'shout' }],
    ['words', 'thanks'],
  ])('ends in a connection error for %s, and the view stays', async (_what, body) => {
    await open();
    app.answer = () => ({ body: body as string });
    expect(await hana().submit({ why: 'x' })).toEqual({ ok: false, error: 'connection_error' });
    expect(hana().view()).toBeDefined();
  });

  it('fails after three seconds without an answer', async () => {
    await open();
    app.answer = () => {
      slack.advance(3000);
      return 'never';
    };
    expect(await hana().submit({ why: 'x' })).toEqual({ ok: false, error: 'operation_timeout' });
    expect(hana().view()).toBeDefined();
  });
});

describe('closing', () => {
  it('tells the app only where it asked, with the root view when all are closed', async () => {
    await open(clickable());
    const before = app.got.length;
    await slack.as('hana').closeView();
    expect(app.got).toHaveLength(before);

    await open(clickable({ notify_on_close: true, callback_id: 'root' }));
    await call(slack, 'views.push', {
      trigger_id: await innerTrigger(),
      view: clickable({ notify_on_close: true, callback_id: 'top' }),
    });
    await slack.as('hana').closeView();
    expect(app.got.at(-1)?.body).toMatchObject({
      type: 'view_closed',
      is_cleared: false,
      view: { callback_id: 'top' },
    });
    await call(slack, 'views.push', {
      trigger_id: await innerTrigger(),
      view: clickable({ notify_on_close: true, callback_id: 'top' }),
    });
    await slack.as('hana').closeView({ all: true });
    expect(app.got.at(-1)?.body).toMatchObject({
      type: 'view_closed',
      is_cleared: true,
      view: { callback_id: 'root' },
    });
    expect(slack.user('hana').views).toHaveLength(0);
  });
});
