import { z } from 'zod';
import { labelsOf } from '../core/ask/labels.ts';
import { sourceOf } from '../core/ask/routes.ts';
import { type Answered, defineQuery } from '../core/define.ts';
import { joinText, type Text } from '../domain/content.ts';
import { explainInSlack } from '../incidents/route-names.ts';
import { userError } from '../messages/user-error.ts';

const Args = z.object({ labels: z.array(z.string()), source: z.string().min(1).optional() });

/** What would become of an alert: the same words as of `hikeshi route`, with the people as the workspace knows them. */
export const query = defineQuery({
  name: 'route',
  positionals: [{ name: 'labels', optional: true, many: true }],
  flags: [{ long: 'source', value: 'NAME', describe: (m) => m.route.source }],
  args: Args,
  summary: (m) => m.route.summary,
  examples: ['route severity=critical alertname=DiskFull', 'route severity=high namespace=shop pod=checkout-0'],
  role: 'viewer',
  needs: ['routing', 'db'],

  async answer({ labels: words, source: named }, { routing, db }, asked, m) {
    const labels = labelsOf(words);
    if (Object.keys(labels).length === 0) throw userError('no-labels');
    const source = sourceOf(named, routing);
    const { lines, notes } = await explainInSlack(db, routing.answers(labels, source, asked.now), m);
    const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    return shown(lines, [...notes, m.route.asked({ labels: pairs, source })]);
  },
});

function shown(lines: readonly Text[], notes: readonly Text[]): Answered {
  return {
    text: lines[0] ?? [],
    blocks: [
      { kind: 'text', text: joinText(lines, '\n') },
      { kind: 'context', lines: notes },
    ],
  };
}
