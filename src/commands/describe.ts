import { z } from 'zod';
import { sayButton } from '../core/ask/say.ts';
import { type Asked, defineQuery } from '../core/define.ts';
import { describeObject } from '../core/describe.ts';
import { fitting } from '../core/fitting.ts';
import { endpointLines, endpointsButton } from '../core/lists/behind.ts';
import { type FoundManifest, findManifest } from '../core/manifests.ts';
import { nodeButtons, nodeLines } from '../core/node.ts';
import { NAMESPACE_FLAG } from '../core/workload-actions.ts';
import type { Button } from '../domain/content.ts';
import { maskSecrets } from '../domain/secrets.ts';
import type { Catalog } from '../messages/catalog.ts';
import type { ManifestResource } from '../ports/cluster-manifests.ts';

const Args = z.object({ target: z.array(z.string()), namespace: z.string().min(1).optional() });

const RUNNING: readonly ManifestResource[] = ['pods', 'deployments', 'statefulsets', 'daemonsets'];

/** `kubectl describe`, as short as a phone wants it; its events are one press away. */
export const query = defineQuery({
  name: 'describe',
  positionals: [{ name: 'target', optional: true, many: true }],
  flags: [NAMESPACE_FLAG],
  args: Args,
  summary: (m) => m.ops.describe.summary,
  examples: ['describe shop/checkout', 'describe pod/checkout-5d9c7b-x2x4z', 'describe node ip-10-0-1-7'],
  role: 'viewer',
  needs: ['environments'],
  calls: ['workloads', 'namespaces', 'manifests', 'pods', 'table events', 'table endpointslices'],

  async answer(args, { environments }, asked, m) {
    const found = await findManifest(args, environments, asked);
    const lines = [...describeObject(found.object, asked.now), ...(await around(found, asked))].map(maskSecrets);
    const shown = fitting(lines, asked.whole);
    const text = m.ops.yaml.found({ path: found.path, more: lines.length - shown.length });
    return {
      text,
      blocks: [
        { kind: 'text', text },
        { kind: 'code', code: shown.join('\n') },
        { kind: 'buttons', buttons: buttonsOf(found, m) },
      ],
      more: shown.length < lines.length,
    };
  },
});

function buttonsOf(found: FoundManifest, m: Catalog): readonly Button[] {
  const { path, resource } = found;
  const words = m.ops.describe.buttons;
  const running = RUNNING.includes(resource)
    ? [sayButton(words.why, `why ${path}`), sayButton(words.events, `events ${path}`)]
    : [];
  const node = resource === 'nodes' ? [sayButton(words.why, `why ${path}`), ...nodeButtons(found, m)] : [];
  const service = resource === 'services' ? [endpointsButton(found, m)] : [];
  return [...running, ...node, ...service, sayButton(words.yaml, `yaml ${path}`)];
}

/** What is behind it, or on it. */
async function around(found: FoundManifest, asked: Asked): Promise<readonly string[]> {
  if (found.resource === 'nodes') return nodeLines(found, asked);
  return found.resource === 'services' ? endpointLines(found, asked) : [];
}
