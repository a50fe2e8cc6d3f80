import { z } from 'zod';
import { findVerb } from '../core/ask/parse.ts';
import { type Answered, type Asked, defineQuery, type Resources } from '../core/define.ts';
import { grantsFor, mayRun, type Wanted, whoMay } from '../core/rights/may.ts';
import type { Standing } from '../core/rights/types.ts';
import { personTyped } from '../core/rights/who.ts';
import { grantWords, wordWhy } from '../core/rights/words.ts';
import { findTarget } from '../core/targets.ts';
import { NAMESPACE_FLAG } from '../core/workload-actions.ts';
import type { Text } from '../domain/content.ts';
import { type Target, targetKey } from '../domain/workload.ts';
import type { Catalog } from '../messages/catalog.ts';

const Args = z.object({
  who: z.string(),
  verb: z.string(),
  target: z.string().optional(),
  namespace: z.string().optional(),
});

/** May somebody run something, and which line of the config says so. */
export const query = defineQuery({
  name: 'can',
  positionals: [{ name: 'who' }, { name: 'verb' }, { name: 'target', optional: true }],
  flags: [NAMESPACE_FLAG],
  args: Args,
  summary: (m) => m.rights.can.summary,
  examples: ['can @hana restart production/shop/checkout', 'can me restart'],
  role: 'viewer',
  needs: ['rights', 'environments', 'db'],
  calls: ['workloads', 'namespaces'],

  async answer(args, { rights, environments, db }, asked, m) {
    const wanted = findVerb(rights.commands, args.verb);
    const person = await personTyped(db, args.who, asked.principal);
    const standing = await rights.standingOf(person, asked.now);
    const target = args.target === undefined ? undefined : await targetOf(args.target, args, environments, asked);
    const who = person.id === asked.principal.id ? undefined : `@${standing.name ?? person.id}`;
    const allowed = standing.role !== 'none' && mayRun(standing, wanted, target) !== undefined;
    const others = whoMay(rights.roles(), wanted.role, target && { wanted, target });
    const channels = target && wanted.kind === 'action' ? rights.actionsIn().get(target.environment) : undefined;
    return says([
      decision(m, { standing, wanted, target, who }),
      ...(allowed || others.length === 0 ? [] : [m.rights.can.ask({ who: others })]),
      ...(target && channels ? [m.rights.onlyIn({ environment: target.environment, channels })] : []),
    ]);
  },
});

function targetOf(
  text: string,
  { namespace }: z.infer<typeof Args>,
  environments: Resources['environments'],
  { environment, cluster, signal }: Asked,
): Promise<Target> {
  const question = { text, ...(namespace !== undefined && { namespace }), ...(cluster !== undefined && { cluster }) };
  return findTarget(question, { environments, signal, ...(environment !== undefined && { environment }) });
}

interface Question {
  readonly standing: Standing;
  readonly wanted: Wanted;
  readonly target: Target | undefined;
  /** Absent: the asker. */
  readonly who: string | undefined;
}

function decision(m: Catalog, { standing, wanted, target, who }: Question): Text {
  const words = m.rights.can;
  const { role } = standing;
  const why = wordWhy(m, standing.why, who === undefined);
  if (role === 'none') return words.nothing({ who, why });
  const what = { who, what: wanted.name, ...(target && { target: targetKey(target) }) };
  const allowed = mayRun(standing, wanted, target);
  if (allowed?.by === 'role') return words.byRole({ ...what, role, why });
  if (allowed) return words.byPermission({ ...what, grant: grantWords(allowed.grant) });
  const elsewhere = grantsFor(standing, wanted);
  if (elsewhere.length > 0) return words.elsewhere({ ...what, grants: elsewhere.map(grantWords) });
  return words.noRole({ who, what: wanted.name, needed: wanted.role, role, why });
}

function says(lines: readonly Text[]): Answered {
  return { text: lines[0]!, blocks: lines.map((text) => ({ kind: 'text', text })) };
}
