import { describe, expect, it } from 'vitest';
import { checkView } from '../../../sandbox/slack/blocks/view.ts';
import { checkBlocks, type Surface } from '../../../sandbox/slack/blocks.ts';
import { button, modal, section } from './help.ts';

const long = (length: number): string => 'x'.repeat(length);
const plain = (text: string) => ({ type: 'plain_text', text });
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const option = (value = 'v', more = {}) => ({ text: plain('o'), value, ...more });
const actions = (...elements: unknown[]) => ({ type: 'actions', elements });
const select = (more: object) => ({ type: 'static_select', options: [option()], ...more });
const input = (element: unknown, more: object = {}) => ({ type: 'input', label: plain('Why'), element, ...more });
const textInput = (more: object = {}) => ({ type: 'plain_text_input', ...more });
const image = (more: object) => ({
  type: 'image',
  alt_text: 'a graph',
  image_url: 'https://example.com/a.png',
  ...more,
});
const rich = (...elements: unknown[]) => ({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] });

type Case = [what: string, blocks: unknown, pointer: string, message: RegExp, surface?: Surface];

const REFUSED: Case[] = [
  ['51 blocks in a message', many(51, () => ({ type: 'divider' })), '/blocks', /^no more than 50 items allowed$/],
  ['101 blocks in a modal', many(101, () => ({ type: 'divider' })), '/blocks', /no more than 100 items/, 'modal'],
  ['blocks that are no array', { type: 'divider' }, '/blocks', /array/],
  ['an unknown block', [{ type: 'sectionn' }], '/blocks/0/type', /^unsupported type: sectionn$/],
  ['a block without a type', [{}], '/blocks/0', /^missing required field: type$/],
  ['an unknown property', [{ ...section('x'), colour: 'red' }], '/blocks/0', /^invalid additional property: colour$/],
  ['an unknown element', [actions({ type: 'slider' })], '/blocks/0/elements/0/type', /unsupported type: slider/],
  ['an input element outside an input', [actions(textInput())], '/blocks/0/elements/0/type', /unsupported type/],
  [
    'a file block in a modal',
    [{ type: 'file', source: 'remote', external_id: 'x' }],
    '/blocks/0/type',
    /not in a modal/,
    'modal',
  ],
  ['a markdown block in a modal', [{ type: 'markdown', text: 'x' }], '/blocks/0/type', /not in a modal/, 'modal'],
  ['a markdown block in a home', [{ type: 'markdown', text: 'x' }], '/blocks/0/type', /not in a home/, 'home'],
  [
    'a task_card in a modal',
    [{ type: 'task_card', task_id: '1', title: 't', status: 'pending' }],
    '/blocks/0/type',
    /not in a modal/,
    'modal',
  ],
  [
    'context_actions in a modal',
    [{ type: 'context_actions', elements: [] }],
    '/blocks/0/type',
    /not in a modal/,
    'modal',
  ],
  [
    'a table in a modal',
    [{ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] }],
    '/blocks/0/type',
    /not in a modal/,
    'modal',
  ],
  [
    'a container in a modal',
    [{ type: 'container', title: plain('x'), child_blocks: [] }],
    '/blocks/0/type',
    /not in a modal/,
    'modal',
  ],
  ['an alert in a message', [{ type: 'alert', text: plain('x') }], '/blocks/0/type', /not in a message/],
  ['a block_id of 256', [{ type: 'divider', block_id: long(256) }], '/blocks/0/block_id', /less than 256/],
  [
    'an action_id of 256',
    [actions(button('x', { action_id: long(256) }))],
    '/blocks/0/elements/0/action_id',
    /less than 256/,
  ],
  [
    'two equal block_ids',
    [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ],
    '/blocks/1/block_id',
    /"a" already exists/,
  ],
  [
    'two empty block_ids',
    [
      { type: 'divider', block_id: '' },
      { type: 'divider', block_id: '' },
    ],
    '/blocks/1/block_id',
    /already exists/,
  ],
  [
    'two equal action_ids in a block',
    [actions(button('x', { action_id: 'a' }), button('y', { action_id: 'a' }))],
    '/blocks/0',
    /"a" already exists/,
  ],
  ['empty text', [section('')], '/blocks/0/text/text', /more than 0 characters/],
  [
    'emoji in mrkdwn',
    [{ type: 'section', text: { type: 'mrkdwn', text: 'x', emoji: true } }],
    '/blocks/0/text',
    /additional property: emoji/,
  ],
  [
    'verbatim in plain_text',
    [{ type: 'section', text: { ...plain('x'), verbatim: true } }],
    '/blocks/0/text',
    /additional property: verbatim/,
  ],
  ['a section of 3,001', [section(long(3001))], '/blocks/0/text/text', /^must be less than 3001 characters$/],
  ['11 fields', [{ type: 'section', fields: many(11, () => plain('x')) }], '/blocks/0/fields', /no more than 10/],
  ['a field of 2,001', [{ type: 'section', fields: [plain(long(2001))] }], '/blocks/0/fields/0/text', /less than 2001/],
  ['a section with nothing', [{ type: 'section' }], '/blocks/0', /text or fields/],
  ['two accessories', [{ ...section('x'), accessory: [button('a'), button('b')] }], '/blocks/0/accessory', /object/],
  ['a header of 151', [{ type: 'header', text: plain(long(151)) }], '/blocks/0/text/text', /less than 151/],
  [
    'a header in mrkdwn',
    [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }],
    '/blocks/0/text/type',
    /unsupported type: mrkdwn/,
  ],
  [
    '11 things in a context',
    [{ type: 'context', elements: many(11, () => plain('x')) }],
    '/blocks/0/elements',
    /no more than 10/,
  ],
  [
    '26 actions',
    [actions(...many(26, (index) => button('x', { action_id: `a${index}` })))],
    '/blocks/0/elements',
    /no more than 25/,
  ],
  ['no actions', [actions()], '/blocks/0/elements', /no fewer than 1/],
  [
    'an image without alt_text',
    [{ type: 'image', image_url: 'https://example.com' }],
    '/blocks/0',
    /missing required field: alt_text/,
  ],
  ['an image without a source', [{ type: 'image', alt_text: 'x' }], '/blocks/0', /image_url or slack_file/],
  ['an image with a url of 3,001', [image({ image_url: long(3001) })], '/blocks/0/image_url', /less than 3001/],
  ['an alt_text of 2,001', [image({ alt_text: long(2001) })], '/blocks/0/alt_text', /less than 2001/],
  ['an image title of 2,001', [image({ title: plain(long(2001)) })], '/blocks/0/title/text', /less than 2001/],
  [
    'a button of 76',
    [actions(button(long(76)))],
    '/blocks/0/elements/0/text/text',
    /^must be less than 76 characters$/,
  ],
  [
    'a button in mrkdwn',
    [actions({ type: 'button', text: { type: 'mrkdwn', text: 'x' } })],
    '/blocks/0/elements/0/text/type',
    /mrkdwn/,
  ],
  [
    'a button value of 2,001',
    [actions(button('x', { value: long(2001) }))],
    '/blocks/0/elements/0/value',
    /less than 2001/,
  ],
  ['a button url of 3,001', [actions(button('x', { url: long(3001) }))], '/blocks/0/elements/0/url', /less than 3001/],
  [
    'a button label of 76',
    [actions(button('x', { accessibility_label: long(76) }))],
    '/blocks/0/elements/0/accessibility_label',
    /less than 76/,
  ],
  ['a green button', [actions(button('x', { style: 'success' }))], '/blocks/0/elements/0/style', /primary, danger/],
  [
    '101 options',
    [actions(select({ options: many(101, (index) => option(`${index}`)) }))],
    '/blocks/0/elements/0/options',
    /no more than 100/,
  ],
  [
    '101 groups',
    [
      actions(
        select({ options: undefined, option_groups: many(101, () => ({ label: plain('g'), options: [option()] })) }),
      ),
    ],
    '/blocks/0/elements/0/option_groups',
    /no more than 100/,
  ],
  [
    'options and groups',
    [actions(select({ option_groups: [{ label: plain('g'), options: [option()] }] }))],
    '/blocks/0/elements/0',
    /either options or option_groups/,
  ],
  [
    'an option text of 76',
    [actions(select({ options: [option('v', { text: plain(long(76)) })] }))],
    '/blocks/0/elements/0/options/0/text/text',
    /less than 76/,
  ],
  [
    'an option value of 76',
    [actions(select({ options: [option(long(76))] }))],
    '/blocks/0/elements/0/options/0/value',
    /less than 76/,
  ],
  [
    'an option description of 76',
    [actions(select({ options: [option('v', { description: plain(long(76)) })] }))],
    '/blocks/0/elements/0/options/0/description/text',
    /less than 76/,
  ],
  [
    'a placeholder of 151',
    [actions(select({ placeholder: plain(long(151)) }))],
    '/blocks/0/elements/0/placeholder/text',
    /less than 151/,
  ],
  [
    'an initial option that is none',
    [actions(select({ initial_option: option('other') }))],
    '/blocks/0/elements/0',
    /not among the options: other/,
  ],
  [
    '6 in an overflow',
    [actions({ type: 'overflow', options: many(6, (index) => option(`${index}`)) })],
    '/blocks/0/elements/0/options',
    /no more than 5/,
  ],
  ['0 in an overflow', [actions({ type: 'overflow', options: [] })], '/blocks/0/elements/0/options', /no fewer than 1/],
  [
    'a url option outside an overflow',
    [actions(select({ options: [option('v', { url: 'https://example.com' })] }))],
    '/blocks/0/elements/0/options/0',
    /additional property: url/,
  ],
  [
    '11 checkboxes',
    [actions({ type: 'checkboxes', options: many(11, (index) => option(`${index}`)) })],
    '/blocks/0/elements/0/options',
    /no more than 10/,
  ],
  [
    '11 radio buttons',
    [actions({ type: 'radio_buttons', options: many(11, (index) => option(`${index}`)) })],
    '/blocks/0/elements/0/options',
    /no more than 10/,
  ],
  [
    'a confirm title of 101',
    [actions(button('x', { confirm: { title: plain(long(101)), text: plain('x') } }))],
    '/blocks/0/elements/0/confirm/title/text',
    /less than 101/,
  ],
  [
    'a confirm text of 301',
    [actions(button('x', { confirm: { text: plain(long(301)) } }))],
    '/blocks/0/elements/0/confirm/text/text',
    /less than 301/,
  ],
  [
    'a confirm button of 31',
    [actions(button('x', { confirm: { text: plain('x'), confirm: plain(long(31)) } }))],
    '/blocks/0/elements/0/confirm/confirm/text',
    /less than 31/,
  ],
  ['a label of 2,001', [input(textInput(), { label: plain(long(2001)) })], '/blocks/0/label/text', /less than 2001/],
  ['a hint of 2,001', [input(textInput(), { hint: plain(long(2001)) })], '/blocks/0/hint/text', /less than 2001/],
  ['max_length 3,001', [input(textInput({ max_length: 3001 }))], '/blocks/0/element/max_length', /between 1 and 3000/],
  ['min over max', [input(textInput({ min_length: 9, max_length: 3 }))], '/blocks/0/element', /min_length is greater/],
  ['a button in an input', [input(button('x'))], '/blocks/0/element/type', /unsupported type: button/],
  [
    'two focused inputs',
    [input(textInput({ focus_on_load: true })), input(textInput({ focus_on_load: true }))],
    '/blocks/1/element/focus_on_load',
    /only one/,
  ],
  ['markdown of 12,001', [{ type: 'markdown', text: long(12_001) }], '/blocks/0/text', /less than 12001/],
  [
    'markdown of 12,001 in two',
    [
      { type: 'markdown', text: long(6000) },
      { type: 'markdown', text: long(6001) },
    ],
    '/blocks/1/text',
    /in all markdown blocks/,
  ],
  [
    'a table of 101 rows',
    [{ type: 'table', rows: many(101, () => [{ type: 'raw_text', text: 'x' }]) }],
    '/blocks/0/rows',
    /no more than 100/,
  ],
  [
    'a row of 21 cells',
    [{ type: 'table', rows: [many(21, () => ({ type: 'raw_text', text: 'x' }))] }],
    '/blocks/0/rows/0',
    /no more than 20/,
  ],
  [
    'tables of 10,001 characters',
    [{ type: 'table', rows: [many(2, () => ({ type: 'raw_text', text: long(5001) }))] }],
    '/blocks/0/rows',
    /less than 10001/,
  ],
  [
    'rich text with a stray element',
    [rich({ type: 'mention', user_id: 'U1' })],
    '/blocks/0/elements/0/elements/0/type',
    /unsupported type: mention/,
  ],
];

const TAKEN: [what: string, blocks: unknown, surface?: Surface][] = [
  ['50 blocks in a message', many(50, () => ({ type: 'divider' }))],
  ['100 blocks in a modal', many(100, () => ({ type: 'divider' })), 'modal'],
  [
    'a section at its limits',
    [
      {
        type: 'section',
        text: { type: 'mrkdwn', text: long(3000), verbatim: true },
        fields: many(10, () => plain(long(2000))),
        accessory: button('x'),
      },
    ],
  ],
  ['emoji in plain_text', [{ type: 'header', text: { ...plain(long(150)), emoji: true } }]],
  [
    '25 buttons at their limits',
    [
      actions(
        ...many(25, (index) =>
          button(long(75), {
            action_id: `${index}`,
            value: long(2000),
            url: long(3000),
            style: 'danger',
            accessibility_label: long(75),
          }),
        ),
      ),
    ],
  ],
  [
    'a select at its limits',
    [
      actions(
        select({
          options: many(100, (index) => option(`${index}`)),
          placeholder: plain(long(150)),
          initial_option: option('7'),
        }),
      ),
    ],
  ],
  [
    'an overflow with a link',
    [{ ...section('x'), accessory: { type: 'overflow', options: [option('v', { url: 'https://example.com' })] } }],
  ],
  [
    'a confirm at its limits',
    [
      actions(
        button('x', {
          confirm: {
            title: plain(long(100)),
            text: { type: 'mrkdwn', text: long(300) },
            confirm: plain(long(30)),
            deny: plain(long(30)),
            style: 'danger',
          },
        }),
      ),
    ],
  ],
  [
    'context of texts and images',
    [{ type: 'context', elements: [plain('x'), { type: 'mrkdwn', text: 'y', verbatim: true }, image({})] }],
  ],
  [
    'inputs of every kind',
    [
      input(textInput({ max_length: 3000, multiline: true })),
      input({ type: 'number_input', is_decimal_allowed: false }),
      input({ type: 'datepicker', initial_date: '2026-01-31' }),
      input({ type: 'users_select' }),
      input({ type: 'conversations_select', response_url_enabled: true, default_to_current_conversation: true }),
      input({ type: 'checkboxes', options: [option()] }),
    ],
    'modal',
  ],
  [
    'rich text',
    [
      rich(
        { type: 'text', text: 'hi ', style: { bold: true } },
        { type: 'user', user_id: 'U1' },
        { type: 'broadcast', range: 'here' },
        { type: 'link', url: 'https://example.com' },
      ),
    ],
  ],
  [
    'preformatted rich text',
    [
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: '```' }], border: 0 }],
      },
    ],
  ],
  [
    'a table',
    [
      {
        type: 'table',
        rows: [[{ type: 'raw_text', text: 'a' }, rich({ type: 'text', text: 'b' })]],
        column_settings: [{ align: 'right', is_wrapped: true }],
      },
    ],
  ],
  ['markdown of 12,000', [{ type: 'markdown', text: long(12_000) }]],
  ['an alert in a modal', [{ type: 'alert', text: plain('x'), level: 'warning' }], 'modal'],
  ['a container', [{ type: 'container', title: plain('x'), child_blocks: [section('y')] }]],
];

describe('blocks that Slack refuses', () => {
  it.each(REFUSED)('%s', (_what, blocks, pointer, message, surface = 'message') => {
    const problems = checkBlocks(blocks, surface);
    expect(problems).toContainEqual({ pointer, message: expect.stringMatching(message) });
  });
});

describe('blocks that Slack takes', () => {
  it.each(TAKEN)('%s', (_what, blocks, surface = 'message') => {
    expect(checkBlocks(blocks, surface)).toEqual([]);
  });

  it('may be asked for the longer option value of the documentation', () => {
    const blocks = [actions(select({ options: [option(long(150))] }))];
    expect(checkBlocks(blocks, 'message', '/blocks', { optionValueMax: 150 })).toEqual([]);
  });
});

describe('views', () => {
  const asked = { blocks: [input(textInput())] };
  it.each<[string, unknown, string, RegExp]>([
    ['no object', 'x', '/view', /object/],
    ['another type', modal({ type: 'dialog' }), '/view/type', /unsupported type: dialog/],
    ['a title of 25', modal({ title: plain(long(25)) }), '/view/title/text', /^must be less than 25 characters$/],
    [
      'a title with a long emoji name, which counts whole',
      modal({ title: plain(`Restart ${':rotating_light:'} x`) }),
      '/view/title/text',
      /less than 25/,
    ],
    ['a title in mrkdwn', modal({ title: { type: 'mrkdwn', text: 'x' } }), '/view/title/type', /mrkdwn/],
    ['no title', { type: 'modal', blocks: [] }, '/view', /missing required field: title/],
    ['a submit of 25', modal({ submit: plain(long(25)) }), '/view/submit/text', /less than 25/],
    ['a close of 25', modal({ close: plain(long(25)) }), '/view/close/text', /less than 25/],
    ['an input without submit', modal(asked), '/view', /missing required field: submit/],
    ['private_metadata of 3,001', modal({ private_metadata: long(3001) }), '/view/private_metadata', /less than 3001/],
    ['a callback_id of 256', modal({ callback_id: long(256) }), '/view/callback_id', /less than 256/],
    ['an external_id of 256', modal({ external_id: long(256) }), '/view/external_id', /less than 256/],
    ['an unknown property', modal({ width: 'wide' }), '/view', /additional property: width/],
    ['a bad block', modal({ blocks: [section('')] }), '/view/blocks/0/text/text', /more than 0/],
    ['a state that a payload carried', modal({ state: {} }), '/view', /additional property: state/],
  ])('refuses %s', (_what, view, pointer, message) => {
    expect(checkView(view, 'modal')).toContainEqual({ pointer, message: expect.stringMatching(message) });
  });

  it('takes a modal at its limits, and a home', () => {
    const limits = {
      title: plain(long(24)),
      submit: plain(long(24)),
      close: plain(long(24)),
      private_metadata: long(3000),
      callback_id: long(255),
      external_id: long(255),
    };
    expect(checkView(modal({ ...limits, ...asked, notify_on_close: true, clear_on_close: false }), 'modal')).toEqual(
      [],
    );
    expect(checkView({ type: 'home', blocks: [input(textInput())] }, 'home')).toEqual([]);
  });
});
