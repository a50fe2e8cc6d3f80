import type { KnownBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { handlerOf } from '../../../src/adapters/slack/render/buttons.ts';
import { widthOf } from '../../../src/adapters/slack/render/width.ts';
import { inputBlockId, renderMessage } from '../../../src/adapters/slack/render.ts';
import {
  type Block,
  type Button,
  bold,
  dateTimeOf,
  type MenuItem,
  person,
  text,
  timeOf,
} from '../../../src/domain/content.ts';
import { checkRendered, checkRenderedForm, parsedMentions, shownText } from './support/rendered.ts';

const at = new Date('2026-09-22T14:03:00Z');
const only = (...blocks: Block[]) => checkRendered({ text: ['x'], blocks });

describe('the text of a notification', () => {
  test('is plain words, with mentions as Slack forms and times in the reader’s zone', () => {
    const { text: shown } = checkRendered({
      text: text`${bold('checkout down')} since ${timeOf(at)}, ${person('U0KENJI001')}`,
      blocks: [],
    });
    expect(shown).toBe('checkout down since <!date^1790085780^{time}|14:03 UTC>, <@U0KENJI001>');
  });

  test('says the date in UTC where a client cannot show the reader’s', () => {
    expect(checkRendered({ text: [dateTimeOf(at)], blocks: [] }).text).toBe(
      '<!date^1790085780^{date_short_pretty} {time}|2026-09-22 14:03 UTC>',
    );
  });

  test.each([
    ['<!channel> & co', '&lt;!channel&gt; &amp; co'],
    ['*bold* _i_ ~s~ `c`', '∗bold∗ ˍiˍ ∼s∼ ˋcˋ'],
    ['kube_pod_status 5 * 3', 'kube_pod_status 5 * 3'],
    [':fire:', ':\u2060fire:'],
    ['> quoted', '\u2060&gt; quoted'],
  ])('shows %j as it is written', (data, shown) => {
    expect(checkRendered({ text: [data], blocks: [] }).text).toBe(shown);
  });

  test('is taken from the blocks when there is none, for Slack refuses an empty one', () => {
    expect(checkRendered({ text: [], blocks: [{ kind: 'heading', text: 'INC-1' }] }).text).toBe('INC-1');
  });

  test('is cut with a mark and never inside an escape', () => {
    const { text: shown } = checkRendered({ text: ['&'.repeat(5_000)], blocks: [] });
    expect(shown).toMatch(/^(?:&amp;)+…$/);
  });
});

describe('a long alert stays one readable post', () => {
  test('100 alerts: some shown, the rest counted, the buttons still there', () => {
    const items = Array.from(
      { length: 100 },
      (_, i) => text`${bold(`KubePodCrashLooping-${i}`)} ${'pod is restarting '.repeat(6)}`,
    );
    const { blocks } = only(
      { kind: 'list', items },
      { kind: 'buttons', buttons: [{ id: 'ack', label: 'Acknowledge', carries: { v: 1, incident: 7 } }] },
    );
    expect(shownText(blocks)).toMatch(/KubePodCrashLooping-0.*… \+\d+/s);
    expect(blocks.at(-1)).toMatchObject({
      type: 'actions',
      elements: [{ action_id: 'ack', value: '{"v":1,"incident":7}' }],
    });
  });

  test('44 labels are one line each', () => {
    const fields = Array.from({ length: 44 }, (_, i) => ({ label: `label_${i}`, value: [`value ${i}`] }));
    expect(shownText(only({ kind: 'fields', fields }).blocks)).toContain('\nlabel_43  value 43');
  });

  test('a description of 12,000 characters is cut with a mark', () => {
    const { blocks } = only({ kind: 'text', text: ['障害'.repeat(6_000)] });
    expect(shownText(blocks)).toHaveLength(3_000);
    expect(shownText(blocks).endsWith('…')).toBe(true);
  });

  test('80 blocks become 50 with a count, and no row of buttons is lost', () => {
    const many = Array.from({ length: 79 }, (_, i): Block => ({ kind: 'context', lines: [[`line ${i}`]] }));
    const { blocks } = only(...many, { kind: 'buttons', buttons: [{ id: 'ack', label: 'Ack', carries: { v: 1 } }] });
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(blocks.at(-1)?.type).toBe('actions');
    expect(shownText(blocks)).toMatch(/… \+3\d/);
  });
});

describe('strings are data', () => {
  test('in a text block they are rich text, which Slack does not parse', () => {
    expect(only({ kind: 'text', text: ['<!channel> *x* :fire:'] }).blocks[0]).toMatchObject({
      type: 'rich_text',
      elements: [{ elements: [{ type: 'text', text: '<!channel> *x* :fire:' }] }],
    });
  });

  test('a link is made of http, https and mailto only', () => {
    const shown = only({
      kind: 'text',
      text: [
        { link: 'javascript:alert(1)', label: 'Runbook' },
        { link: 'https://wiki.example/x?a=1&b=2', label: 'Wiki' },
      ],
    });
    expect(shown.blocks[0]).toMatchObject({
      elements: [
        {
          elements: [
            { type: 'text', text: 'Runbook (javascript:alert(1))' },
            { type: 'link', url: 'https://wiki.example/x?a=1&b=2', text: 'Wiki' },
          ],
        },
      ],
    });
  });

  test('what is no id is no mention', () => {
    const rendered = only({ kind: 'text', text: [person('U1> <!channel')] });
    expect(parsedMentions(rendered)).toEqual({ users: new Set(), groups: new Set(), broadcasts: new Set() });
  });

  test('a context line is plain text, and mrkdwn without name parsing only where it has to be', () => {
    const [plain, typed] = only(
      { kind: 'context', lines: [['@here :fire:']] },
      { kind: 'context', lines: [['@here *x* ', timeOf(at)]] },
    ).blocks;
    expect(plain).toMatchObject({ elements: [{ type: 'plain_text', emoji: false, text: '@here :fire:' }] });
    expect(typed).toMatchObject({
      elements: [{ type: 'mrkdwn', verbatim: true, text: '@here ∗x∗ <!date^1790085780^{time}|14:03 UTC>' }],
    });
  });

  test('colours of a terminal and backticks are taken out of code', () => {
    expect(shownText(only({ kind: 'code', code: '\u001b[31mERROR\u001b[0m ```x```\r\n' }).blocks)).toBe(
      "ERROR '''x'''\n",
    );
  });
});

test('a mention that stood in the text only is put in a block, for there it calls', () => {
  const { blocks } = checkRendered({ text: [person('U0KENJI001')], blocks: [{ kind: 'heading', text: 'INC-1' }] });
  expect(blocks.at(-1)).toMatchObject({
    type: 'rich_text',
    elements: [{ elements: [{ type: 'user', user_id: 'U0KENJI001' }] }],
  });
});

describe('tables', () => {
  const table = (columns: string[], rows: string[][], more = 0) =>
    shownText(only({ kind: 'table', columns, rows, more }).blocks);

  test('are aligned, numbers to the right, and count what was left out', () => {
    expect(
      table(
        ['pod', 'restarts'],
        [
          ['checkout', '12'],
          ['web', '3'],
        ],
        4,
      ),
    ).toBe('pod       restarts\ncheckout        12\nweb              3\n… +4');
  });

  test('count a Japanese character as two columns', () => {
    const lines = table(
      ['名前', 'x'],
      [
        ['障害対応', 'a'],
        ['web', 'b'],
      ],
    ).split('\n');
    expect(new Set(lines.map((line) => widthOf(line))).size).toBe(1);
  });

  test('too wide for a phone: the first column has its own line', () => {
    const shown = table(
      ['pod', 'status', 'age'],
      [['checkout-7d9f8b6c5d-x2x4z-in-a-long-namespace', 'CrashLoopBackOff', '5m']],
    );
    expect(shown).toBe(
      'pod\n  status            age\ncheckout-7d9f8b6c5d-x2x4z-in-a-long-namespace\n  CrashLoopBackOff   5m',
    );
  });

  test('the others take as many lines as they need, and nothing that fits a line is cut', () => {
    const shown = table(
      ['NAMESPACE/NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'IP', 'NODE'],
      [
        [
          'shop/checkout-576c77b449-cdkjn',
          '0/1',
          'CrashLoopBackOff',
          '12 (5m ago)',
          '5d3h',
          '10.244.1.17',
          'n'.repeat(50),
        ],
      ],
    );
    expect(shown).toBe(
      [
        'NAMESPACE/NAME',
        '  READY  STATUS            RESTARTS     AGE',
        '  IP',
        '  NODE',
        'shop/checkout-576c77b449-cdkjn',
        '  0/1    CrashLoopBackOff  12 (5m ago)  5d3h',
        '  10.244.1.17',
        `  ${'n'.repeat(41)}…`,
      ].join('\n'),
    );
  });

  test('a cell with line breaks stays one cell', () => {
    expect(table(['a', 'b'], [['x\ny', 'z']])).toBe('a    b\nx y  z');
  });

  test('10,000 rows: what fits, and a count', () => {
    expect(
      table(
        ['n'],
        Array.from({ length: 10_000 }, (_, i) => [String(i)]),
      ),
    ).toMatch(/\n… \+\d+$/);
  });
});

describe('buttons', () => {
  test('same handler twice in a row: unique ids that still name it', () => {
    const { blocks } = only({
      kind: 'buttons',
      buttons: [1, 2].map((n) => ({ id: 'action', label: `Restart ${n}`, carries: { v: 1, n } })),
    });
    const ids = blocks[0]?.type === 'actions' ? blocks[0].elements.map((element) => element.action_id ?? '') : [];
    expect(new Set(ids).size).toBe(2);
    expect(ids.map(handlerOf)).toEqual(['action', 'action']);
  });

  test('one that carries too much is left out and counted, not cut', () => {
    const buttons: Button[] = [
      { id: 'a', label: 'A', carries: { v: 1, id: 'x'.repeat(2_000) } },
      { id: 'b', label: 'B', carries: { v: 1 } },
    ];
    expect(shownText(only({ kind: 'buttons', buttons }).blocks)).toBe('B… +1');
  });
});

describe('a menu', () => {
  const item = (n: number): MenuItem => ({ id: 'snooze', label: `Choice ${n}`, carries: { v: 1, incident: n } });
  const menu = (count: number) => Array.from({ length: count }, (_, n) => item(n));
  const overflows = (blocks: readonly KnownBlock[]) =>
    blocks.flatMap((block) =>
      block.type === 'actions' ? block.elements.flatMap((one) => (one.type === 'overflow' ? [one] : [])) : [],
    );

  test('stands behind the buttons, and a choice says which button it is', () => {
    const { blocks } = only({
      kind: 'buttons',
      buttons: [{ id: 'ack', label: 'Ack', carries: { v: 1 } }],
      menu: menu(2),
    });
    expect(blocks).toHaveLength(1);
    expect(blocks[0]).toMatchObject({
      elements: [
        { type: 'button', action_id: 'ack' },
        { type: 'overflow', action_id: 'menu', options: [{ value: '{"b":"snooze","v":1,"incident":0}' }, {}] },
      ],
    });
  });

  test('of more than five choices: another one', () => {
    const { blocks } = only({ kind: 'buttons', buttons: [], menu: menu(7) });
    expect(overflows(blocks).map((one) => one.options.length)).toEqual([5, 2]);
    expect(new Set(overflows(blocks).map((one) => one.action_id)).size).toBe(2);
  });

  test('leaves out and counts what carries more than an option holds', () => {
    const long = { ...item(1), carries: { v: 1, id: 'x'.repeat(60) } };
    expect(shownText(only({ kind: 'buttons', buttons: [], menu: [item(0), long] }).blocks)).toMatch(/… \+1$/);
  });
});

describe('forms', () => {
  const reason = { kind: 'text-input', id: 'reason', label: 'Reason' } as const;
  const form = { id: 'confirm', title: 'Restart', submit: 'Do it', close: 'Close', carries: { v: 1, action: 'x' } };

  test('an input keeps its block when text is put before it: what was typed stays', () => {
    const before = checkRenderedForm({ ...form, blocks: [reason] });
    const after = checkRenderedForm({ ...form, blocks: [{ kind: 'text', text: ['Pods: 3'] }, reason] });
    expect(before.blocks[0]).toMatchObject({ block_id: inputBlockId('reason') });
    expect(after.blocks[1]).toEqual(before.blocks[0]);
  });

  test('more than 100 choices: the first ones and the chosen one, the rest counted', () => {
    const options = Array.from({ length: 150 }, (_, i) => ({ value: `ns-${i}`, label: `namespace ${i}` }));
    const view = checkRenderedForm({
      ...form,
      blocks: [{ kind: 'choice', id: 'ns', label: 'Namespace', options, initial: 'ns-140' }],
    });
    expect(view.blocks[0]).toMatchObject({ hint: { text: '… +50' }, element: { initial_option: { value: 'ns-140' } } });
  });

  test('several of a list: at most 100 to choose from, and never more of them than there are', () => {
    const options = Array.from({ length: 150 }, (_, i) => ({ value: `${i}`, label: `session ${i}`, description: 'x' }));
    const input = { kind: 'choices', id: 'chosen', label: 'Which', most: 30 } as const;
    const many = checkRenderedForm({ ...form, blocks: [{ ...input, options }] });
    expect(many.blocks[0]).toMatchObject({
      hint: { text: '… +50' },
      element: { type: 'multi_static_select', max_selected_items: 30 },
    });
    const few = checkRenderedForm({ ...form, blocks: [{ ...input, options: options.slice(0, 2) }] });
    expect(few.blocks[0]).toMatchObject({ element: { max_selected_items: 2 } });
  });

  test('a form that only shows has no submit button', () => {
    expect(
      checkRenderedForm({ id: 'x', title: 'Loading', close: 'Close', carries: { v: 1 }, blocks: [] }).submit,
    ).toBeUndefined();
  });
});

test('links never unfold, and the same content renders the same', () => {
  const message = { text: ['x'], blocks: [{ kind: 'divider' as const }] };
  expect(renderMessage(message)).toMatchObject({ unfurl_links: false, unfurl_media: false });
  expect(renderMessage(message)).toEqual(renderMessage(message));
});
