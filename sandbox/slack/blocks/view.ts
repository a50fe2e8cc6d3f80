import { type BlockLimits, checkBlocks } from '../blocks.ts';
import { isFields, listOf } from '../json.ts';
import { type BlockProblem, type Check, flag, object, report, text, type Walk } from './check.ts';
import { plain } from './composition.ts';

const TITLE_MAX = 24;
const blocksElsewhere: Check = () => {};
const common = {
  blocks: blocksElsewhere,
  'private_metadata?': text(3000, 0),
  'callback_id?': text(255, 0),
  'external_id?': text(255, 0),
};

const SHAPES = {
  modal: object({
    ...common,
    title: plain(TITLE_MAX),
    'submit?': plain(TITLE_MAX),
    'close?': plain(TITLE_MAX),
    'clear_on_close?': flag,
    'notify_on_close?': flag,
    'submit_disabled?': flag,
  }),
  home: object(common),
};

/** What Slack would refuse in a view, with pointers below `/view`. A modal with an input needs a submit button. */
export function checkView(view: unknown, type: 'modal' | 'home', limits: BlockLimits = {}): BlockProblem[] {
  const at = '/view';
  const walk: Walk = { surface: type, problems: [], optionValueMax: 75, markdownLength: 0, tableLength: 0, focused: 0 };
  if (!isFields(view)) return [{ pointer: at, message: 'must be an object' }];
  if (view['type'] !== type) return [{ pointer: `${at}/type`, message: `unsupported type: ${String(view['type'])}` }];
  SHAPES[type](view, at, walk);
  if (view['blocks'] !== undefined) walk.problems.push(...checkBlocks(view['blocks'], type, `${at}/blocks`, limits));
  const asks = listOf(view['blocks']).some((block) => block['type'] === 'input');
  if (type === 'modal' && asks && view['submit'] === undefined) report(walk, at, 'missing required field: submit');
  return walk.problems;
}
