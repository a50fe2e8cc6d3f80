import { z } from 'zod';
import { type Answered, defineQuery, QUERY_LIMIT_MS } from '../core/define.ts';
import { findManifest } from '../core/manifests.ts';
import { nodeMeant, whyNode } from '../core/node.ts';
import { diagnose } from '../core/why/diagnose.ts';
import { nameOf, showDiagnosis } from '../core/why/show.ts';
import { findSubject } from '../core/why/subject.ts';
import { NAMESPACE_FLAG, typedTarget } from '../core/workload-actions.ts';
import { userError } from '../messages/user-error.ts';

const Args = z
  .object({ target: z.array(z.string()), namespace: z.string().optional() })
  // `why deploy checkout` is the same as `why deploy/checkout`.
  .transform(({ target, ...rest }) => ({ ...rest, ...(target.length > 0 && { target: target.join('/') }) }));

/** Looks where an engineer would look first, and says in words what is wrong. */
export const query = defineQuery({
  name: 'why',
  positionals: [{ name: 'target', optional: true, many: true }],
  flags: [NAMESPACE_FLAG],
  args: Args,
  summary: (m) => m.why.summary,
  examples: ['why shop/checkout', 'why sts/db -n data', 'why checkout-5d9c7b-x2x4z', 'why node/ip-10-0-1-7'],
  role: 'viewer',
  needs: ['environments', 'images'],
  calls: ['workloads', 'namespaces', 'pods', 'facts', 'logs', 'podUsage', 'manifests nodes', 'table events'],

  async answer(args, { environments, images }, asked, m): Promise<Answered> {
    if (nodeMeant(args.target) !== undefined)
      return whyNode(await findManifest({ target: [args.target!] }, environments, asked), asked, m);
    const until = performance.now() + QUERY_LIMIT_MS;
    const look = { images, now: asked.now, until, signal: asked.signal };
    const { cluster, ref, place, workload } = await findSubject(typedTarget(args), environments, asked);
    const diagnosis = (await diagnose(cluster, ref, look)) ?? (workload && (await diagnose(cluster, workload, look)));
    if (!diagnosis) throw userError('no-such-workload', { text: ref.name, where: nameOf(ref, place), near: [] });
    return showDiagnosis(diagnosis, place, asked.now, m);
  },
});
