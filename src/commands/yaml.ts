import { stringify } from 'yaml';
import { z } from 'zod';
import { defineQuery } from '../core/define.ts';
import { fitting } from '../core/fitting.ts';
import { findManifest } from '../core/manifests.ts';
import { NAMESPACE_FLAG } from '../core/workload-actions.ts';

const Args = z.object({ target: z.array(z.string()), namespace: z.string().min(1).optional() });

/** `kubectl get -o yaml`, without what only machines read and without the values of variables. */
export const query = defineQuery({
  name: 'yaml',
  positionals: [{ name: 'target', optional: true, many: true }],
  flags: [NAMESPACE_FLAG],
  args: Args,
  summary: (m) => m.ops.yaml.summary,
  examples: ['yaml shop/checkout', 'yaml svc/checkout -n shop', 'yaml node ip-10-0-1-7'],
  role: 'viewer',
  needs: ['environments'],
  calls: ['workloads', 'namespaces', 'manifests', 'pods'],

  async answer(args, { environments }, asked, m) {
    const { path, object } = await findManifest(args, environments, asked);
    const lines = stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd().split('\n');
    const shown = fitting(lines, asked.whole);
    const text = m.ops.yaml.found({ path, more: lines.length - shown.length });
    return {
      text,
      blocks: [
        { kind: 'text', text },
        { kind: 'code', code: shown.join('\n') },
      ],
      more: shown.length < lines.length,
    };
  },
});
