import { byType, type Check, flag, list, object, oneOf, text, whole } from './check.ts';

const styled = {
  'style?': object({
    'bold?': flag,
    'code?': flag,
    'italic?': flag,
    'strike?': flag,
    'underline?': flag,
    'unlink?': flag,
  }),
};
const ID = text(255);
const MANY = 10_000;

const inline = byType({
  text: object({ text: text(Number.POSITIVE_INFINITY), ...styled }),
  link: object({ url: text(3000), 'text?': text(Number.POSITIVE_INFINITY, 0), 'unsafe?': flag, ...styled }),
  user: object({ user_id: ID, ...styled }),
  usergroup: object({ usergroup_id: ID, ...styled }),
  channel: object({ channel_id: ID, ...styled }),
  team: object({ team_id: ID, ...styled }),
  broadcast: object({ range: oneOf('here', 'channel', 'everyone'), ...styled }),
  emoji: object({ name: ID, 'unicode?': ID, 'url?': text(3000), ...styled }),
  color: object({ value: ID, ...styled }),
  date: object({
    timestamp: whole(0, Number.MAX_SAFE_INTEGER),
    format: text(1000),
    'url?': text(3000),
    'fallback?': text(3000),
    ...styled,
  }),
});

const border = { 'border?': oneOf(0, 1) };
const section = object({ elements: list(inline, MANY, 0) });

/** A rich_text block's content. Nothing in it is parsed: a mention is an element of its own. */
const content: Check = byType({
  rich_text_section: section,
  rich_text_quote: object({ elements: list(inline, MANY, 0), ...border }),
  rich_text_preformatted: object({ elements: list(inline, MANY, 0), 'language?': ID, ...border }),
  rich_text_list: object({
    elements: list(byType({ rich_text_section: section }), MANY),
    style: oneOf('bullet', 'ordered'),
    'indent?': whole(0, 8),
    'offset?': whole(0, 10_000),
    ...border,
  }),
});

export const richTextElements: Check = list(content, MANY, 0);
export const richText: Check = byType({ rich_text: object({ 'block_id?': text(255, 0), elements: richTextElements }) });
