import { z } from 'zod';
import { stampOf } from '../core/age.ts';
import { sayButton } from '../core/ask/say.ts';
import { rowsOf } from '../core/ask/whole.ts';
import { type Answered, defineQuery } from '../core/define.ts';
import { findTarget } from '../core/targets.ts';
import { NAMESPACE_FLAG, noSuchWorkload, typedTarget } from '../core/workload-actions.ts';
import { type Block, cut, messageOf } from '../domain/content.ts';
import { type Revision, type RolloutHistory, type Target, targetKey } from '../domain/workload.ts';
import type { Catalog } from '../messages/catalog.ts';

const Args = z.object({ target: z.string().optional(), namespace: z.string().optional() });

/** What fits a phone; the rest is counted. */
const ROWS = 15;
const IMAGES_MAX = 60;
const CAUSE_MAX = 60;
/** Buttons. */
const BACK_TO = 4;

/** `kubectl rollout history`, with what ran and since when. */
export const query = defineQuery({
  name: 'history',
  positionals: [{ name: 'target', optional: true }],
  flags: [NAMESPACE_FLAG],
  args: Args,
  summary: (m) => m.action.history.summary,
  examples: ['history shop/checkout', 'history sts/db -n data'],
  role: 'viewer',
  needs: ['environments'],
  calls: ['workloads', 'namespaces', 'history'],

  async answer(args, { environments }, asked, m) {
    const { environment, cluster, incidentTarget, signal, now } = asked;
    const question = { ...typedTarget(args), ...(cluster !== undefined && { cluster }) };
    const target = await findTarget(question, { environments, environment, incidentTarget, byPart: true, signal });
    const history = await environments
      .get(target.environment)
      ?.clusters.get(target.cluster)
      ?.history(target, { signal });
    if (!history) throw noSuchWorkload(target);
    return shown(target, history, now, rowsOf(asked, ROWS), m);
  },
});

function shown(target: Target, { revisions }: RolloutHistory, now: Date, most: number, m: Catalog): Answered {
  const words = m.action.history;
  const current = revisions.find((revision) => revision.current);
  const said = words.found({ target: targetKey(target), revisions: revisions.length, current: current?.number });
  if (revisions.length === 0) return messageOf(said);
  const table: Block = {
    kind: 'table',
    columns: [words.columns.revision, words.columns.image, words.columns.at, words.columns.cause],
    rows: revisions.slice(0, most).map((revision) => cells(revision, imagesOf(revisions), now)),
    more: Math.max(0, revisions.length - most),
  };
  const back = revisions.filter((revision) => !revision.current).slice(0, BACK_TO);
  const buttons = back.map(({ number }) =>
    sayButton(words.back(number), `rollback ${targetKey(target)} --to ${number}`),
  );
  return messageOf(said, table, ...(buttons.length > 0 ? [{ kind: 'buttons', buttons } as const] : []));
}

function cells(
  { number, images, at, changeCause, current }: Revision,
  named: (image: string) => string,
  now: Date,
): readonly string[] {
  return [
    `${number}${current ? ' *' : ''}`,
    cut(images.map(named).join(', '), IMAGES_MAX),
    stampOf(at, now),
    cut(changeCause ?? '', CAUSE_MAX),
  ];
}

/** `checkout:1.4.2`, unless two that differ would be named so. */
function imagesOf(revisions: readonly Revision[]): (image: string) => string {
  const all = [...new Set(revisions.flatMap(({ images }) => images))];
  const short = (image: string): string => image.slice(image.lastIndexOf('/') + 1);
  return new Set(all.map(short)).size === all.length ? short : (image) => image;
}
