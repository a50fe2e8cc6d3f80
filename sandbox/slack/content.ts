import type { Args } from './args.ts';
import { type BlockProblem, checkBlocks, problemLine } from './blocks.ts';
import { type Fields, isFields } from './json.ts';
import type { Content } from './publish.ts';
import { Refusal, refuse } from './refusal.ts';
import type { World } from './world.ts';

const MARKDOWN_MAX = 12_000;
const ATTACHMENTS_MAX = 100;
export const TEXT_REFUSED_OVER = 4000;
const TEXT_CUT_AT = 40_000;

export interface ReadContent extends Content {
  warning?: string;
}

/** Text, blocks, attachments and metadata of a message, refused as chat.* refuses them. */
export function readContent(args: Args, world: World, longText: 'refuse' | 'truncate'): ReadContent {
  const markdown = args.text('markdown_text');
  const text = args.text('text') ?? '';
  const blocks = readBlocks(args, world);
  const attachments = readAttachments(args, world);
  if (markdown !== undefined && (text !== '' || blocks)) refuse('markdown_text_conflict');
  if (markdown !== undefined && markdown.length > MARKDOWN_MAX) refuse('msg_too_long');
  if (longText === 'refuse' && text.length > TEXT_REFUSED_OVER) refuse('msg_too_long');
  const content: ReadContent = {
    text: text.slice(0, TEXT_CUT_AT),
    linkNames: args.flag('link_names') || args.text('parse') === 'full',
  };
  if (text.length > TEXT_CUT_AT) content.warning = 'message_truncated';
  if (markdown !== undefined)
    Object.assign(content, { text: markdown, blocks: [{ type: 'markdown', text: markdown }] });
  if (blocks) content.blocks = blocks;
  if (attachments) content.attachments = attachments;
  if (args.has('metadata')) content.metadata = readMetadata(args, world);
  return content;
}

export function isEmpty(content: Content): boolean {
  return content.text === '' && !content.blocks?.length && !content.attachments?.length;
}

export function badBlocks(code: string, problems: BlockProblem[]): Refusal {
  const lines = problems.map(problemLine);
  return new Refusal(code, { errors: lines, response_metadata: { messages: lines.map((line) => `[ERROR] ${line}`) } });
}

function readBlocks(args: Args, world: World): Fields[] | undefined {
  if (!args.has('blocks') || args.text('blocks') === '') return undefined;
  const blocks = args.json('blocks');
  if (!Array.isArray(blocks)) refuse('invalid_blocks_format');
  const problems = checkBlocks(blocks, 'message', '/blocks', world.switches);
  if (problems.length > 0) throw badBlocks('invalid_blocks', problems);
  if (JSON.stringify(blocks).length > world.switches.blocksMax) refuse('msg_blocks_too_long');
  return blocks.filter(isFields);
}

function readAttachments(args: Args, world: World): Fields[] | undefined {
  if (!args.has('attachments') || args.text('attachments') === '') return undefined;
  const attachments = args.json('attachments');
  if (!Array.isArray(attachments) || !attachments.every(isFields)) refuse('invalid_attachments');
  if (attachments.length > ATTACHMENTS_MAX) refuse('too_many_attachments');
  const problems = attachments.flatMap((attachment, index) =>
    attachment['blocks'] === undefined
      ? []
      : checkBlocks(attachment['blocks'], 'message', `/attachments/${index}/blocks`, world.switches),
  );
  if (problems.length > 0) throw badBlocks('invalid_attachments', problems);
  return attachments;
}

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
const isFlat = (value: unknown): boolean => isFields(value) && Object.values(value).every(isScalar);

/** event_type and a payload of scalars, flat objects and arrays of flat objects. `{}` stands for "none". */
function readMetadata(args: Args, world: World): Fields | undefined {
  const metadata = args.object('metadata');
  if (!metadata) refuse('invalid_metadata_format');
  if (Object.keys(metadata).length === 0) return undefined;
  const payload = metadata['event_payload'];
  const known = Object.keys(metadata).every((name) => name === 'event_type' || name === 'event_payload');
  if (!known || typeof metadata['event_type'] !== 'string' || metadata['event_type'] === '' || !isFields(payload))
    refuse('invalid_metadata_schema');
  const fits = Object.values(payload).every(
    (value) => isScalar(value) || isFlat(value) || (Array.isArray(value) && value.every(isFlat)),
  );
  if (!fits) refuse('invalid_metadata_schema');
  if (Buffer.byteLength(JSON.stringify(metadata)) > world.switches.metadataMax) refuse('metadata_too_large');
  return metadata;
}
