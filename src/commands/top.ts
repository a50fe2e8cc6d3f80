import { z } from 'zod';
import { defineQuery } from '../core/define.ts';
import { answerList, LIST_ARGS, LIST_FLAGS } from '../core/lists/query.ts';
import { nodeUsageSpec, podUsageSpec, USAGE_SORTS } from '../core/lists/usage.ts';
import { userError } from '../messages/user-error.ts';

const Args = z
  .object({
    ...LIST_ARGS,
    what: z.string().optional(),
    containers: z.literal(true).optional(),
    sort: z.enum(USAGE_SORTS).optional(),
    'sort-by': z.enum(USAGE_SORTS).optional(),
  })
  // `top shop/checkout` is of its pods.
  .transform(({ what, target, 'sort-by': by, sort, ...rest }) => {
    if (by !== undefined && sort !== undefined) throw userError('same-twice', { flags: ['--sort', '--sort-by'] });
    const kind = KINDS.get(what?.toLowerCase() ?? '');
    if (what !== undefined && target !== undefined && !kind)
      throw userError('not-one-of', { name: 'top', given: what, choices: ['pods', 'nodes'] });
    return { ...rest, sort: sort ?? by ?? 'limits', of: kind ?? 'pods', target: target ?? (kind ? undefined : what) };
  });

const KINDS: ReadonlyMap<string, 'pods' | 'nodes'> = new Map([
  ['pods', 'pods'],
  ['pod', 'pods'],
  ['po', 'pods'],
  ['nodes', 'nodes'],
  ['node', 'nodes'],
  ['no', 'nodes'],
]);

/** `kubectl top`, with requests and limits beside what is used, what is near its limit first. */
export const query = defineQuery({
  name: 'top',
  positionals: [
    { name: 'what', optional: true },
    { name: 'target', optional: true },
  ],
  flags: [
    ...LIST_FLAGS,
    { long: 'containers', describe: (m) => m.list.flags.containers },
    { long: 'sort', value: USAGE_SORTS.join('|'), describe: (m) => m.list.flags.usageSort },
    { long: 'sort-by', value: 'cpu|memory', describe: (m) => m.ops.pods.flags.sortBy },
  ],
  args: Args,
  summary: (m) => m.list.summary.top,
  examples: ['top pods -n shop', 'top shop/checkout --containers', 'top pods -A --sort memory', 'top nodes -o wide'],
  role: 'viewer',
  needs: ['environments'],
  calls: ['podUsage', 'nodeUsage', 'namespaces'],

  async answer({ of, sort, containers = false, ...args }, { environments }, asked, m) {
    const spec = of === 'nodes' ? nodeUsageSpec(sort) : podUsageSpec(sort, containers);
    return answerList(spec, args, environments, asked, m);
  },
});
