import { usageOf } from '../../src/core/ask/parse.ts';
import { discover } from '../../src/core/discovery.ts';
import { sentences } from '../../src/messages/catalog.ts';
import { MODULES } from '../../src/modules.generated.ts';
import type { CommandHint } from '../page/server.ts';

/** What Hikeshi's own modules say of their commands. */
export function commandHints(): readonly CommandHint[] {
  const [en, ja] = [sentences('en'), sentences('ja')];
  const help = { usage: '/ops help', summary: { en: 'what there is to ask', ja: '使えるコマンド' } };
  const commands = [...discover(MODULES).commands.values()];
  return [
    help,
    ...commands.map((one) => ({ usage: usageOf(one), summary: { en: one.summary(en), ja: one.summary(ja) } })),
  ];
}
