import { type Fields, fieldsOf, listOf, textOf } from '../json.ts';
import { byType, type Check, flag, list, object, oneOf, report, type Surface, text, type Walk } from './check.ts';
import { anyText, plain, slackFile } from './composition.ts';
import { accessory, actionElement, contextAction, ELEMENTS, imageFields, inputElement } from './elements.ts';
import { richText, richTextElements } from './rich-text.ts';

const MARKDOWN_IN_ALL = 12_000;
const TABLE_IN_ALL = 10_000;

const id = { 'block_id?': text(255, 0) };

/** action_id is unique in its block. */
function uniqueActions(value: Fields, at: string, walk: Walk): void {
  const seen = new Set<unknown>();
  for (const element of [
    ...listOf(value['elements']),
    ...listOf([value['accessory']]),
    ...listOf([value['element']]),
  ]) {
    const action = element['action_id'];
    if (action === undefined) continue;
    if (seen.has(action)) report(walk, at, `action_id "${textOf(action) ?? ''}" already exists`);
    seen.add(action);
  }
}

function sectionHasText(value: Fields, at: string, walk: Walk): void {
  if (value['text'] === undefined && value['fields'] === undefined)
    report(walk, at, 'missing required field: text or fields');
}

/** 12,000 characters of markdown in a payload, all blocks together. */
const markdownText: Check = (value, at, walk) => {
  text(MARKDOWN_IN_ALL)(value, at, walk);
  const before = walk.markdownLength;
  walk.markdownLength += typeof value === 'string' ? value.length : 0;
  if (before > 0 && walk.markdownLength > MARKDOWN_IN_ALL)
    report(walk, at, `must be less than ${MARKDOWN_IN_ALL + 1} characters in all markdown blocks`);
};

function lengthOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + lengthOf(one), 0);
  const fields = fieldsOf(value);
  return (
    (typeof fields['text'] === 'string' ? fields['text'].length : 0) +
    (fields['elements'] ? lengthOf(fields['elements']) : 0)
  );
}

const cell = byType({
  raw_text: object({ text: text(TABLE_IN_ALL) }),
  raw_number: object({
    value: (value, at, walk) => (typeof value === 'number' ? undefined : report(walk, at, 'must be a number')),
    text: text(TABLE_IN_ALL),
  }),
  rich_text: richText,
});

function tableLength(value: Fields, at: string, walk: Walk): void {
  const before = walk.tableLength;
  walk.tableLength += lengthOf(value['rows']);
  if (before <= TABLE_IN_ALL && walk.tableLength > TABLE_IN_ALL)
    report(walk, `${at}/rows`, `must be less than ${TABLE_IN_ALL + 1} characters in all tables`);
}

const table = object(
  {
    ...id,
    rows: list(list(cell, 20), 100),
    'column_settings?': list(object({ 'align?': oneOf('left', 'center', 'right'), 'is_wrapped?': flag }), 20),
  },
  tableLength,
);

const taskCard = object({
  ...id,
  task_id: text(255),
  title: text(3000),
  'details?': richText,
  'output?': richText,
  'sources?': list(byType({ url: ELEMENTS['url']! }), 100),
  status: oneOf('pending', 'in_progress', 'complete', 'error'),
});

function hasTitle(value: Fields, at: string, walk: Walk): void {
  if (value['title'] === undefined && value['rich_text_title'] === undefined)
    report(walk, at, 'missing required field: title or rich_text_title');
}

/** A container may hold any of these; the table is read when a block is checked, not when this file loads. */
const child: Check = (value, at, walk) =>
  byType(
    Object.fromEntries(
      ['actions', 'context', 'divider', 'file', 'header', 'image', 'input', 'rich_text', 'section', 'table'].map(
        (type) => [type, BLOCKS[type]!.check],
      ),
    ),
  )(value, at, walk);

interface BlockRule {
  readonly check: Check;
  /** Where it may stand; everywhere if not said. */
  readonly on?: readonly Surface[];
}

/** Every block, where it may stand, and exactly the fields it may have. */
export const BLOCKS: Record<string, BlockRule> = {
  section: {
    check: object(
      { ...id, 'text?': anyText(3000), 'fields?': list(anyText(2000), 10), 'accessory?': accessory, 'expand?': flag },
      sectionHasText,
    ),
  },
  header: { check: object({ ...id, text: plain(150) }) },
  divider: { check: object(id) },
  context: {
    check: object({
      ...id,
      elements: list(byType({ image: ELEMENTS['image']!, plain_text: anyText(3000), mrkdwn: anyText(3000) }), 10),
    }),
  },
  actions: { check: object({ ...id, elements: list(actionElement, 25) }, uniqueActions) },
  image: {
    check: object(
      { ...id, alt_text: text(2000), 'title?': plain(2000), 'image_url?': text(3000), 'slack_file?': slackFile },
      imageFields,
    ),
  },
  input: {
    check: object({
      ...id,
      label: plain(2000),
      'hint?': plain(2000),
      'optional?': flag,
      'dispatch_action?': flag,
      element: inputElement,
    }),
  },
  rich_text: { check: object({ ...id, elements: richTextElements }) },
  markdown: { on: ['message'], check: object({ ...id, text: markdownText }) },
  context_actions: { on: ['message'], check: object({ ...id, elements: list(contextAction, 5) }, uniqueActions) },
  task_card: { on: ['message'], check: taskCard },
  file: { on: ['message'], check: object({ ...id, source: oneOf('remote'), external_id: text(255) }) },
  table: { on: ['message', 'home'], check: table },
  container: {
    on: ['message', 'home'],
    check: object(
      {
        ...id,
        'title?': plain(150),
        'rich_text_title?': richText,
        'subtitle?': anyText(150),
        child_blocks: list(child, 10),
        'width?': oneOf('narrow', 'standard', 'wide', 'full'),
        'icon?': byType({ image: ELEMENTS['image']! }),
        'is_collapsible?': flag,
        'default_collapsed?': flag,
        'has_header_divider?': flag,
      },
      hasTitle,
    ),
  },
  alert: {
    on: ['modal'],
    check: object({ ...id, text: anyText(3000), 'level?': oneOf('default', 'info', 'warning', 'error', 'success') }),
  },
};
