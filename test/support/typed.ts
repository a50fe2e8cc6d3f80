import { type SimulatedCluster, startCluster } from '../../sandbox/cluster/index.ts';
import { buildShop } from '../../sandbox/demo/scenario.ts';
import { answering, type Shown } from '../../scripts/examples/ask.ts';
import { NOW } from '../../scripts/examples/world.ts';
import { createCluster } from '../../src/adapters/kubernetes/cluster.ts';
import { loadModules } from '../../src/app/modules.ts';
import { plainText, wordError } from '../../src/core/wording.ts';
import type { Block } from '../../src/domain/content.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import type { Postgres } from '../../src/ports/postgres.ts';
import { plainMessage } from './plain.ts';

/** Every command as it is typed, through the real adapter on the simulated server, with the demo's shop in it. */

const { commands } = loadModules();

export type RealCluster = ReturnType<typeof createCluster>;

/** What is said, and the blocks of it. */
export interface Said {
  readonly words: string;
  readonly shown: readonly Shown[];
}

export type Ask = (
  typed: string,
  given?: { readonly language?: Language; readonly signal?: AbortSignal },
) => Promise<Said>;

export function asking(
  cluster: RealCluster,
  more: { readonly queryLimitMs?: number; readonly postgres?: Postgres } = {},
): Ask {
  return async (typed, { language = 'en', signal } = {}) => {
    const ask = answering({ commands, cluster, language, ...more });
    try {
      const shown = await ask(typed, signal);
      return { words: shown.map(textOf).join('\n'), shown };
    } catch (error) {
      // What is ours and not theirs has no words here, and fails the test.
      const words = wordError(sentences(language), error, { passingFault: () => undefined });
      if (!words) throw error;
      return { words: plainText(words), shown: [] };
    }
  };
}

function textOf(shown: Shown): string {
  const message = 'id' in shown ? { text: [shown.title], blocks: shown.blocks.filter(isBlock) } : shown;
  return plainMessage(message).replace(/[*`]/g, '');
}

const isBlock = (block: { readonly kind: string }): block is Block => !block.kind.endsWith('-input');

export async function askedShop(): Promise<{ simulated: SimulatedCluster; cluster: RealCluster; ask: Ask }> {
  const simulated = await startCluster({ stepMs: 0, now: () => NOW });
  buildShop(simulated.world);
  const cluster = createCluster({ name: 'tokyo', kubeconfig: { text: simulated.kubeconfig } });
  return { simulated, cluster, ask: asking(cluster) };
}
