import fc from 'fast-check';
import { expect, test } from 'vitest';
import type {
  Block,
  Button,
  Form,
  Inline,
  Input,
  Mention,
  MenuItem,
  Message,
  Text,
} from '../../../src/domain/content.ts';
import { checkRendered, checkRenderedForm, parsedMentions } from './support/rendered.ts';

/** What has been used to smuggle a mention, link, emoji or format past a renderer; and any characters at all. */
const nasty = fc.constantFrom(
  '<!channel>',
  '<@U0KENJI001>',
  '<!subteam^S0SRE00001>',
  '@here',
  '@channel',
  '<!here|x>',
  '&lt;!channel&gt;',
  '```',
  '`<!everyone>`',
  '*bold*',
  '_i_',
  '~s~',
  ':fire:',
  '<http://evil.example|ok>',
  'javascript:alert(1)',
  '\u0000',
  '\ud83d',
  '\udd25',
  '\u202Eevil',
  '\r\n',
  '> quote',
  '|',
  '障害',
  '\u001b[31mred\u001b[0m',
  '',
);
const word = fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 40 }));
const words = fc.oneof(
  { weight: 9, arbitrary: fc.array(word, { maxLength: 4 }).map((parts) => parts.join('')) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(word, fc.integer({ min: 1, max: 4_000 }))
      .map(([one, times]) => one.repeat(Math.min(times, 20_000 / (one.length + 1)))),
  },
);
const mention: fc.Arbitrary<Mention> = fc.oneof(
  fc.record({ kind: fc.constant('person' as const), id: fc.oneof(fc.constantFrom('U0KENJI001', 'W0X1'), word) }),
  fc.record({ kind: fc.constant('group' as const), id: fc.oneof(fc.constant('S0SRE00001'), word) }),
  fc.record({ kind: fc.constant('everyone' as const), scope: fc.constantFrom('channel' as const, 'here' as const) }),
);
const inline: fc.Arbitrary<Inline> = fc.oneof(
  { weight: 6, arbitrary: words },
  fc.record({ bold: words }),
  fc.record({ code: words }),
  fc.record({ strike: words }),
  fc.record({ emoji: fc.oneof(fc.constant('fire'), word) }),
  fc.record({ link: fc.oneof(word, fc.webUrl({ withQueryParameters: true, withFragments: true })), label: words }),
  fc.record({ channel: fc.oneof(fc.constant('C0ALERTS01'), word) }),
  fc.record({ time: fc.date({ noInvalidDate: false }), style: fc.constantFrom('time' as const, 'date-time' as const) }),
  { weight: 1, arbitrary: mention.map((one) => ({ mention: one })) },
);
const text: fc.Arbitrary<Text> = fc.array(inline, { maxLength: 6 });
const handler = fc.stringMatching(/^[a-z-]{1,12}$/);
const button: fc.Arbitrary<Button> = fc.record(
  {
    id: handler,
    label: words,
    carries: fc.record({ v: fc.nat(), id: word }),
    style: fc.constantFrom('primary' as const, 'danger' as const),
    confirm: fc.record({ title: words, text: words, yes: words, no: words }),
  },
  { requiredKeys: ['id', 'label', 'carries'] },
);
const item: fc.Arbitrary<MenuItem> = fc.record({
  id: handler,
  label: words,
  carries: fc.record({ v: fc.nat(), id: word }),
});
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ kind: fc.constant('heading' as const), text: words }),
  fc.record({ kind: fc.constant('text' as const), text }),
  fc.record({
    kind: fc.constant('fields' as const),
    fields: fc.array(fc.record({ label: words, value: text }), { maxLength: 12 }),
  }),
  fc.record({ kind: fc.constant('context' as const), lines: fc.array(text, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('code' as const), code: words }),
  fc.record({
    kind: fc.constant('table' as const),
    columns: fc.array(words, { maxLength: 4 }),
    rows: fc.array(fc.array(words, { maxLength: 4 }), { maxLength: 6 }),
    more: fc.nat(9),
  }),
  fc.record(
    {
      kind: fc.constant('buttons' as const),
      buttons: fc.array(button, { maxLength: 30 }),
      menu: fc.array(item, { maxLength: 12 }),
    },
    { requiredKeys: ['kind', 'buttons'] },
  ),
  fc.record({ kind: fc.constant('list' as const), items: fc.array(text, { maxLength: 12 }) }),
  fc.record({ kind: fc.constant('divider' as const) }),
);
const message: fc.Arbitrary<Message> = fc.record({
  text,
  blocks: fc.oneof(fc.array(block, { maxLength: 6 }), fc.array(block, { minLength: 40, maxLength: 70 })),
});
const input: fc.Arbitrary<Input> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('text-input' as const),
      id: handler,
      label: words,
      hint: words,
      placeholder: words,
      initial: words,
      multiline: fc.boolean(),
      optional: fc.boolean(),
      maxLength: fc.integer({ min: 1, max: 9_000 }),
    },
    { requiredKeys: ['kind', 'id', 'label'] },
  ),
  fc.record(
    {
      kind: fc.constant('choice' as const),
      id: handler,
      label: words,
      options: fc.array(fc.record({ value: word, label: words, description: words }), { maxLength: 120 }),
      initial: word,
      optional: fc.boolean(),
    },
    { requiredKeys: ['kind', 'id', 'label', 'options'] },
  ),
  fc.record(
    { kind: fc.constant('person-input' as const), id: handler, label: words, hint: words, initial: word },
    { requiredKeys: ['kind', 'id', 'label'] },
  ),
);
const form: fc.Arbitrary<Form> = fc.record(
  {
    id: handler,
    title: words,
    submit: words,
    close: words,
    carries: fc.record({ v: fc.nat(), id: word }),
    blocks: fc.array(fc.oneof(block, input), { maxLength: 8 }),
  },
  { requiredKeys: ['id', 'title', 'close', 'carries', 'blocks'] },
);

/** The mentions that the content has as typed inlines, whether valid or not. */
function typedIds(value: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (one: unknown): void => {
    if (typeof one !== 'object' || one === null || one instanceof Date) return;
    if ('mention' in one) {
      const who = one.mention as Mention;
      found.add(who.kind === 'everyone' ? who.scope : who.id);
    } else for (const inner of Object.values(one)) walk(inner);
  };
  walk(value);
  return found;
}

test('any content becomes a payload that Slack takes, and calls on nobody who is not a typed mention', () => {
  fc.assert(
    fc.property(message, (content) => {
      const { users, groups, broadcasts } = parsedMentions(checkRendered(content));
      const typed = typedIds(content);
      for (const id of [...users, ...groups, ...broadcasts]) expect(typed).toContain(id);
    }),
    { numRuns: 300, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
  );
});

test('a valid typed mention is always in a block, however much was cut', () => {
  fc.assert(
    fc.property(message, (content) => {
      const rendered = checkRendered({
        ...content,
        text: [...content.text, { mention: { kind: 'person', id: 'U0MIKA0001' } }],
      });
      expect(parsedMentions({ ...rendered, text: '' }).users).toContain('U0MIKA0001');
    }),
    { numRuns: 100, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
  );
});

test('any form becomes a view that Slack takes', () => {
  fc.assert(
    fc.property(form, (content) => void checkRenderedForm(content)),
    { numRuns: 300, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
  );
});

test('no control character, half character or direction mark is sent', () => {
  fc.assert(
    fc.property(message, (content) => {
      const { text, blocks } = checkRendered(content);
      const sent = `${text}\n${JSON.stringify(blocks, (key, value: unknown) => (key === 'value' ? undefined : value))}`;
      expect(sent).not.toMatch(/\\u00(?:0|1)|[\u202a-\u202e\u2066-\u2069]|\\ud[89a-f]/i);
    }),
    { numRuns: 100, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
  );
});
