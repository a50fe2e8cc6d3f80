import { type Fields, listOf } from './json.ts';
import type { Switches } from './options.ts';

/** Who a text calls on. */
export interface Mentions {
  readonly users: Set<string>;
  readonly groups: Set<string>;
  readonly broadcasts: Set<'here' | 'channel' | 'everyone'>;
}

interface Parsing {
  /** Plain `@here`, `@channel`, `@everyone` count. */
  readonly plain: boolean;
  readonly inCode: boolean;
}

type Broadcast = 'here' | 'channel' | 'everyone';

const ESCAPES = /<(?:@([A-Z0-9]+)|!subteam\^([A-Z0-9]+)|!(here|channel|everyone))(?:\|[^>]*)?>/g;
const PLAIN = /(?<![\w@./])@(here|channel|everyone)(?![\w.-]*\w)/g;
const CODE = /```[\s\S]*?```|`[^`\n]*`/g;

function noMentions(): Mentions {
  return { users: new Set(), groups: new Set(), broadcasts: new Set() };
}

/** Explicit escapes count wherever text is parsed at all; plain words only where Slack links names; nothing plain in code. */
function readText(text: string, parsing: Parsing, into: Mentions): void {
  const prose = text.replace(CODE, ' ');
  for (const [, user, group, broadcast] of (parsing.inCode ? text : prose).matchAll(ESCAPES)) {
    if (user) into.users.add(user);
    if (group) into.groups.add(group);
    if (broadcast) into.broadcasts.add(broadcast as Broadcast);
  }
  if (!parsing.plain) return;
  for (const [, broadcast] of prose.matchAll(PLAIN)) into.broadcasts.add(broadcast as Broadcast);
}

/** mrkdwn objects parse (unless verbatim, then only escapes), markdown too, plain_text never; in rich_text a mention is an element. */
function readBlockPart(part: Fields, inCode: boolean, into: Mentions): void {
  const text = typeof part['text'] === 'string' ? part['text'] : '';
  if (part['type'] === 'mrkdwn') readText(text, { plain: part['verbatim'] !== true, inCode }, into);
  if (part['type'] === 'markdown') readText(text, { plain: true, inCode }, into);
  if (part['type'] === 'user') into.users.add(String(part['user_id']));
  if (part['type'] === 'usergroup') into.groups.add(String(part['usergroup_id']));
  if (part['type'] === 'broadcast') into.broadcasts.add(part['range'] as Broadcast);
  for (const [name, inner] of Object.entries(part)) {
    if (NOT_READ.has(name) || typeof inner !== 'object' || inner === null) continue;
    for (const one of Array.isArray(inner) ? listOf(inner.flat()) : [inner as Fields]) readBlockPart(one, inCode, into);
  }
}

/** Parts of a block that are controls, not words of the message. */
const NOT_READ = new Set(['accessory', 'confirm', 'options', 'option_groups', 'placeholder', 'column_settings']);

export interface Draft {
  readonly text: string;
  readonly blocks?: Fields[] | undefined;
  /** Top-level text links plain names (link_names, or parse=full). */
  readonly linkNames?: boolean | undefined;
}

/** Everyone a new message calls on. Beside blocks the text is only what screen readers read, unless the switch says otherwise. */
export function mentionsIn(draft: Draft, switches: Switches): Mentions {
  const found = noMentions();
  const blocks = draft.blocks ?? [];
  for (const block of blocks) readBlockPart(block, switches.mentionsInCode, found);
  if (blocks.length === 0 || switches.mentionsBesideBlocks) {
    readText(draft.text, { plain: draft.linkNames === true, inCode: switches.mentionsInCode }, found);
  }
  return found;
}
