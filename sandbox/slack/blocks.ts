import { type BlockProblem, byType, type Check, list, report, type Surface, type Walk } from './blocks/check.ts';
import { BLOCKS } from './blocks/layout.ts';
import { type Fields, isFields, listOf, textOf } from './json.ts';

export type { BlockProblem, Surface } from './blocks/check.ts';

export interface BlockLimits {
  /** 75 by default, which both the documentation (150) and the SDK's types allow. */
  readonly optionValueMax?: number;
}

const MOST: Record<Surface, number> = { message: 50, modal: 100, home: 100 };

/** What Slack would refuse in these blocks, with JSON pointers below `at`. */
export function checkBlocks(
  blocks: unknown,
  surface: Surface,
  at = '/blocks',
  limits: BlockLimits = {},
): BlockProblem[] {
  const walk: Walk = {
    surface,
    problems: [],
    optionValueMax: limits.optionValueMax ?? 75,
    markdownLength: 0,
    tableLength: 0,
    focused: 0,
  };
  list(block, MOST[surface], 0)(blocks, at, walk);
  if (Array.isArray(blocks)) uniqueBlockIds(blocks, at, walk);
  return walk.problems;
}

/** The line Slack prints for a problem, without its `[ERROR] `. */
export function problemLine(problem: BlockProblem): string {
  return `${problem.message} [json-pointer:${problem.pointer}]`;
}

const anyBlock = byType(Object.fromEntries(Object.entries(BLOCKS).map(([type, rule]) => [type, rule.check])));

const block: Check = (value, at, walk) => {
  const type = isFields(value) ? value['type'] : undefined;
  const on = typeof type === 'string' && Object.hasOwn(BLOCKS, type) ? BLOCKS[type]!.on : undefined;
  if (on && !on.includes(walk.surface))
    return report(walk, `${at}/type`, `unsupported type: ${String(type)} (not in a ${walk.surface})`);
  anyBlock(value, at, walk);
};

/** block_id is unique in its message or view; two empty ones collide too. */
function uniqueBlockIds(blocks: unknown[], at: string, walk: Walk): void {
  const seen = new Set<unknown>();
  for (const [index, one] of blocks.entries()) {
    const id = isFields(one) ? one['block_id'] : undefined;
    if (id === undefined) continue;
    if (seen.has(id)) report(walk, `${at}/${index}/block_id`, `block_id "${textOf(id) ?? ''}" already exists`);
    seen.add(id);
  }
}

/** Slack's own ids where the app gave none; a markdown block's is dropped. */
export function withIds(blocks: Fields[], next: () => string): Fields[] {
  return blocks.map((one) => {
    const named: Fields = { ...one, block_id: one['type'] === 'markdown' ? next() : (one['block_id'] ?? next()) };
    if (Array.isArray(one['elements']) && one['type'] !== 'rich_text')
      named['elements'] = listOf(one['elements']).map((element) => withActionId(element, next));
    if (isFields(one['element'])) named['element'] = withActionId(one['element'], next);
    if (isFields(one['accessory'])) named['accessory'] = withActionId(one['accessory'], next);
    return named;
  });
}

const WITHOUT_ACTION = new Set(['image', 'plain_text', 'mrkdwn']);

function withActionId(element: Fields, next: () => string): Fields {
  if (WITHOUT_ACTION.has(String(element['type'])) || element['action_id'] !== undefined) return element;
  return { ...element, action_id: next() };
}
