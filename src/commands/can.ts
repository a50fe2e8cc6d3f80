import { z } from 'zod';
import { findVerb } from '../core/ask/parse.ts';
import { databaseTarget } from '../core/databases.ts';
import { type Answered, type Asked, defineQuery, type Resources } from '../core/define.ts';
import type { PipelineDeps } from '../core/pipeline/deps.ts';
import { guardrailsInForce } from '../core/pipeline/in-force.ts';
import { wordRefusal } from '../core/pipeline/words.ts';
import { besides, grantsFor, mayRun, type Wanted, whoMay } from '../core/rights/may.ts';
import type { Standing } from '../core/rights/types.ts';
import { personTyped } from '../core/rights/who.ts';
import { grantWords, wordWhy } from '../core/rights/words.ts';
import { findTarget } from '../core/targets.ts';
import { NAMESPACE_FLAG } from '../core/workload-actions.ts';
import { approvalAsked, type Risk } from '../domain/approval.ts';
import type { Text } from '../domain/content.ts';
import type { Principal } from '../domain/principal.ts';
import { type ActionTarget, isDatabase, targetKey } from '../domain/workload.ts';
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
  isPrivate: () => true,
  needs: ['rights', 'environments', 'databases', 'db'],
  calls: ['workloads', 'namespaces', 'workload'],

  async answer(args, { rights, environments, databases, db }, asked, m) {
    const wanted = findVerb(rights.commands, args.verb);
    const person = await personTyped(db, args.who, asked.principal);
    const standing = await rights.standingOf(person, asked.now);
    const target =
      args.target === undefined
        ? undefined
        : await targetOf(args.target, { args, wanted }, { environments, databases }, asked);
    const who = person.id === asked.principal.id ? undefined : `@${standing.name ?? person.id}`;
    const allowed = standing.role !== 'none' && mayRun(standing, wanted, target) !== undefined;
    const others = whoMay(rights.roles(), wanted.role, target && { wanted, target });
    return says([
      decision(m, { standing, wanted, target, who }),
      ...(allowed || others.length === 0 ? [] : [m.rights.can.ask({ who: others })]),
      ...(target && wanted.kind === 'action' && standing.role !== 'none'
        ? await conditions(
            { target, wanted, person: { ...person, ...(standing.name !== undefined && { name: standing.name }) } },
            { rights, environments, db },
            asked,
            m,
          )
        : []),
    ]);
  },
});

async function targetOf(
  text: string,
  { args, wanted }: { readonly args: z.infer<typeof Args>; readonly wanted: RunnableAction },
  { environments, databases }: Pick<Resources, 'environments' | 'databases'>,
  { environment, cluster, signal }: Asked,
): Promise<ActionTarget> {
  if (wanted.needs?.[0] === 'databases') return databaseTarget({ database: text, environment }, databases);
  const { namespace } = args;
  const question = { text, ...(namespace !== undefined && { namespace }), ...(cluster !== undefined && { cluster }) };
  return findTarget(question, { environments, signal, ...(environment !== undefined && { environment }) });
}

/** With the decision, who may and the channels that makes five lines. */
const GUARDS_SHOWN = 2;

/** What holds on this target for anybody, now: where it is asked for, a second person, and the guardrails that say no. */
async function conditions(
  {
    target,
    wanted,
    person,
  }: { readonly target: ActionTarget; readonly wanted: RunnableAction; readonly person: Principal },
  { rights, environments, db }: Pick<Resources, 'rights' | 'environments' | 'db'>,
  { now, signal, origin }: Asked,
  m: Catalog,
): Promise<readonly Text[]> {
  const { environment } = target;
  const { actionsIn: channels, approval } = rights.rules(environment);
  const workload = isDatabase(target)
    ? undefined
    : await environments.get(environment)?.clusters.get(target.cluster)?.workload(target, { signal });
  const considered = {
    verb: wanted.name,
    target,
    incidentId: await incidentOf(db, origin.incident),
    planned: { labels: workload?.labels ?? {}, pods: 0 },
  };
  const refusals = await guardrailsInForce(db, rights, considered, now);
  const whoMayDo: PipelineDeps['whoMay'] = (needed, about) => whoMay(rights.roles(), needed, about);
  const words = m.rights.can;
  const guards = refusals.map((no) =>
    words.notNow({ why: wordRefusal(m, no, { verb: wanted.name, whoMay: whoMayDo }) }),
  );
  const more = guards.length - GUARDS_SHOWN;
  const second = wanted.risk !== undefined && approvalAsked(approval, wanted.name, wanted.risk) !== undefined;
  return [
    ...(channels ? [m.rights.onlyIn({ environment, channels })] : []),
    ...(second ? [words.second({ who: besides(whoMayDo('approver'), person) })] : []),
    ...guards.slice(0, GUARDS_SHOWN),
    ...(more > 0 ? [words.moreGuards({ rules: refusals.slice(GUARDS_SHOWN).map(({ rule }) => rule) })] : []),
  ];
}

type RunnableAction = Wanted & { readonly risk?: Risk; readonly needs?: readonly string[] };

async function incidentOf(db: Resources['db'], number: number | undefined): Promise<number | undefined> {
  if (number === undefined) return undefined;
  return (await db.selectFrom('incidents').select('id').where('number', '=', number).executeTakeFirst())?.id;
}

interface Question {
  readonly standing: Standing;
  readonly wanted: Wanted;
  readonly target: ActionTarget | undefined;
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
  if (allowed?.by === 'permission') return words.byPermission({ ...what, grant: grantWords(allowed.grant) });
  const elsewhere = grantsFor(standing, wanted);
  if (elsewhere.length > 0) return words.elsewhere({ ...what, grants: elsewhere.map(grantWords) });
  return words.noRole({ who, what: wanted.name, needed: wanted.role, role, why });
}

function says(lines: readonly Text[]): Answered {
  return { text: lines[0]!, blocks: lines.map((text) => ({ kind: 'text', text })) };
}
