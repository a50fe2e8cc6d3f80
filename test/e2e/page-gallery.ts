import type { Behind } from '../../sandbox/page/client/model/behind.ts';
import { PEOPLE, SRE_GROUP_ID } from '../../sandbox/slack/index.ts';
import { renderMessage } from '../../src/adapters/slack/render.ts';
import type { Block } from '../../src/domain/content.ts';
import { button, section } from '../sandbox/slack/help.ts';

/** Messages that together have every block and every control that the page draws. */

const words = (text: string) => ({ type: 'plain_text', text });
const option = (value: string) => ({ text: words(`Option ${value}`), value });
const options = [option('a'), option('b'), option('c')];
const placeholder = (text: string) => ({ placeholder: words(text) });
const styled = (text: string, style: string) => ({ type: 'text', text, style: { [style]: true } });
const line = (...elements: object[]) => ({ type: 'rich_text_section', elements });
const says = (text: string) => ({ type: 'text', text });

export const RICH = {
  text: 'rich',
  blocks: [
    { type: 'header', text: words('A heading') },
    {
      type: 'rich_text',
      elements: [
        line(
          styled('bold', 'bold'),
          styled('italic', 'italic'),
          styled('gone', 'strike'),
          styled('kubectl get pods', 'code'),
          { type: 'link', url: 'https://runbooks.example.com/x', text: 'runbook' },
          { type: 'link', url: 'javascript:alert(1)', text: 'no link' },
          says(' <img src=x onerror=alert(1)> '),
          { type: 'emoji', name: 'large_orange_circle' },
          { type: 'user', user_id: PEOPLE.taro },
          { type: 'user', user_id: PEOPLE.hana },
          { type: 'usergroup', usergroup_id: SRE_GROUP_ID },
          { type: 'broadcast', range: 'here' },
          { type: 'date', timestamp: 1_700_000_000, format: '{date_num}', fallback: 'then' },
        ),
        { type: 'rich_text_list', style: 'bullet', elements: [line(says('first item')), line(says('second item'))] },
        { type: 'rich_text_list', style: 'ordered', indent: 1, elements: [line(says('step one'))] },
        { type: 'rich_text_quote', elements: [says('as they said')] },
        { type: 'rich_text_preformatted', elements: [says(`NAME  READY  ${'wide '.repeat(60)}`)] },
      ],
    },
    { type: 'divider' },
    { type: 'context', elements: [{ type: 'mrkdwn', text: 'small *print* at <!date^1700000000^{date_num}|then>' }] },
    {
      type: 'table',
      rows: [
        [
          { type: 'raw_text', text: 'pod' },
          { type: 'raw_text', text: 'restarts' },
        ],
        [
          { type: 'raw_text', text: 'checkout-1' },
          { type: 'raw_text', text: '7' },
        ],
      ],
      column_settings: [{ align: 'left' }, { align: 'right' }],
    },
    { type: 'image', alt_text: 'memory over a day', title: words('Memory'), image_url: 'https://example.com/a.png' },
  ],
};

export const MRKDWN = { text: '*loud* and _soft_\n```code *as is*```\n&gt; quoted\n<https://a.example|a link> :tada:' };

export const CONTROLS = {
  text: 'controls',
  blocks: [
    {
      ...section('A section'),
      fields: [
        { type: 'mrkdwn', text: '*Field*\nvalue' },
        { type: 'plain_text', text: 'other' },
      ],
      accessory: button('Beside', { action_id: 'beside' }),
    },
    {
      type: 'actions',
      elements: [
        button('Press', { action_id: 'press', style: 'primary', value: 'v' }),
        button('Ask first', {
          action_id: 'asks',
          style: 'danger',
          confirm: {
            title: words('Are you sure?'),
            text: { type: 'mrkdwn', text: 'It is *gone* then.' },
            confirm: words('Do it'),
            deny: words('Leave it'),
          },
        }),
        button('Open a form', { action_id: 'form' }),
        { type: 'overflow', action_id: 'dots', options },
        { type: 'static_select', action_id: 'one', options, ...placeholder('One of') },
        { type: 'multi_static_select', action_id: 'many', options, ...placeholder('Some of') },
        { type: 'users_select', action_id: 'who', ...placeholder('Somebody') },
        { type: 'datepicker', action_id: 'day', ...placeholder('A day') },
        { type: 'timepicker', action_id: 'time', ...placeholder('A time') },
        { type: 'checkboxes', action_id: 'ticks', options: [option('x'), option('y')] },
        { type: 'radio_buttons', action_id: 'radio', options: [option('p'), option('q')] },
      ],
    },
  ],
};

const input = (id: string, label: string, element: object, more: object = {}) => ({
  type: 'input',
  block_id: id,
  label: words(label),
  element: { action_id: id, ...element },
  ...more,
});

export const LOADING = { type: 'modal', title: words('Restart'), blocks: [section('One moment…')] };

export const FORM = {
  type: 'modal',
  title: words('Restart'),
  submit: words('Do it'),
  close: words('Back'),
  blocks: [
    section('Replaces *3* pods.'),
    input('why', 'Reason', { type: 'plain_text_input', multiline: true }, { hint: words('for the audit') }),
    input('much', 'How many', { type: 'number_input', is_decimal_allowed: false }),
    input('to', 'Hand over to', { type: 'users_select' }, { optional: true }),
    input('when', 'When', { type: 'datepicker', initial_date: '2026-01-31' }),
    input('how', 'How', { type: 'radio_buttons', options, initial_option: options[0] }),
    { type: 'actions', elements: [button('More', { action_id: 'more' })] },
  ],
};

export const STACKED = { type: 'modal', title: words('Details'), blocks: [section('On top of the other.')] };

const drawn = (...blocks: readonly Block[]) => renderMessage({ text: [], blocks }).blocks;

export const BEHIND: Behind = {
  sections: [
    {
      title: 'Incident INC-1',
      blocks: drawn({ kind: 'fields', fields: [{ label: 'State', value: [{ bold: 'open' }] }] }),
      rows: [
        {
          table: 'outbox',
          about: drawn({ kind: 'text', text: [{ bold: 'MSG-1' }, ' sent'] }),
          more: drawn({ kind: 'fields', fields: [{ label: 'Why', value: ['a press'] }] }),
          json: `{\n "kind": "show", "event": "${'wide '.repeat(60)}<b>"\n}`,
        },
      ],
    },
    { title: 'Audit', blocks: drawn({ kind: 'text', text: ['No entry.'] }), rows: [] },
  ],
};

export const HOME = {
  type: 'home',
  blocks: [section('Your home'), { type: 'actions', elements: [button('Home button')] }],
};

/** Many to choose several of. */
export const CHOOSING = {
  type: 'modal',
  title: words('End sessions'),
  submit: words('End them'),
  close: words('Back'),
  blocks: [
    input('pids', 'Sessions', {
      type: 'multi_static_select',
      ...placeholder('Choose sessions'),
      options: Array.from({ length: 12 }, (_, i) => ({ text: words(`session ${i + 1}`), value: String(i + 1) })),
    }),
  ],
};

/** The same, and a field with a hint. */
export const HINTED = {
  ...CHOOSING,
  blocks: [input('why', 'Why', { type: 'plain_text_input' }, { hint: words('For the audit') }), ...CHOOSING.blocks],
};

const cells = (...texts: readonly string[]) => texts.map((text) => ({ type: 'raw_text', text }));

export const WIDE = {
  text: 'wide',
  blocks: [
    {
      type: 'table',
      rows: [
        cells('Name of the workload', 'Ready pods', 'Restarts in an hour', 'Node'),
        cells('production/tokyo/shop/checkout', '3 of 3', '12', 'node-a-1'),
      ],
    },
    {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_preformatted',
          elements: [
            says(
              'NAMESPACE/NAME                 READY  STATUS            RESTARTS  AGE\nshop/checkout-f9654c5c8c-hshkd 0/1    CrashLoopBackOff  12        9d',
            ),
          ],
        },
      ],
    },
  ],
};
