import { sayButton } from '../../core/ask/say.ts';
import type { Command } from '../../core/define.ts';
import { subjectOf } from '../../core/pipeline/post.ts';
import { mayRun } from '../../core/rights/may.ts';
import type { Rights } from '../../core/rights/types.ts';
import { shortTarget } from '../../core/target-words.ts';
import { type Block, type Button, bold } from '../../domain/content.ts';
import { formatDuration } from '../../domain/duration.ts';
import { principalName } from '../../domain/principal.ts';
import type { PolicyStep } from '../../domain/records.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { linked, listed, more, openBlocks } from '../open.ts';
import type { HomeFacts } from './read.ts';

export const HOME_REFRESH_BUTTON = 'home-refresh';

/** Whose tab it is. */
export interface HomeOf {
  readonly rights: Rights;
  /** By verb. */
  readonly commands: ReadonlyMap<string, Command>;
  /** The direct conversation with them, where the buttons' words are said. */
  readonly channelId: string;
  readonly m: Catalog;
}

const POLICIES_SHOWN = 5;

/** How things are, in the order in which one needs it at night. Pure. */
export function drawHome(facts: HomeFacts, whose: HomeOf): readonly Block[] {
  const { m } = whose;
  return [
    ...openBlocks(facts, m),
    ...approvalBlocks(facts, m),
    ...jobBlocks(facts, m),
    ...calledBlocks(facts, m),
    { kind: 'divider' },
    { kind: 'buttons', buttons: [refresh(whose), ...quick(whose)] },
    { kind: 'context', lines: [m.home.asOf({ at: facts.now })] },
  ];
}

function approvalBlocks({ approvals, links }: HomeFacts, m: Catalog): readonly Block[] {
  if (!approvals) return [];
  const { count, shown } = approvals;
  const lines = shown.map(({ approval, row }) =>
    m.home.approval({
      number: linked(`APR-${approval.number}`, links.get(subjectOf(row.id))),
      verb: row.verb,
      target: shortTarget(row.target_key),
      by: principalName(row.principal),
      until: approval.expires_at,
    }),
  );
  return listed(m.home.approvals({ count }), lines, more(count - shown.length, '/ops approvals', m));
}

function jobBlocks({ jobs, links }: HomeFacts, m: Catalog): readonly Block[] {
  const { count, shown } = jobs;
  const lines = shown.map(({ job, action, verb, targetKey, principal }) =>
    m.home.job({
      number: linked(m.job.number(job.number), action && links.get(subjectOf(action.id))),
      verb,
      target: shortTarget(targetKey),
      state: m.job.states[job.state],
      by: principalName(principal),
      since: job.started_at ?? job.created_at,
    }),
  );
  return listed(m.home.jobs({ count }), lines, more(count - shown.length, '/ops jobs', m));
}

/** Whom each policy would call, as far as it names people and groups. */
function calledBlocks({ policies, oncall, names }: HomeFacts, m: Catalog): readonly Block[] {
  const step = ({ afterMs, page }: PolicyStep) => ({
    ...(afterMs > 0 && { after: formatDuration(afterMs) }),
    who: page.map((who) => bold(names.get(who)?.shown ?? who)),
  });
  const all = [...policies.values()];
  const lines = [
    ...all.slice(0, POLICIES_SHOWN).map(({ name, steps }) => m.home.policy({ name, steps: steps.map(step) })),
    ...(oncall.length > 0 ? [m.home.oncall({ steps: [step({ afterMs: 0, page: oncall })] })] : []),
  ];
  const problems = [...names].flatMap(([who, { problem }]) =>
    problem === undefined ? [] : [m.incident.notes.problem({ who, code: problem })],
  );
  const shown = lines.length > 0 ? lines : [m.home.nobodyCalled()];
  return listed(m.home.called(), shown, [...more(all.length - POLICIES_SHOWN, '', m), ...problems]);
}

function refresh({ channelId, m }: HomeOf): Button {
  return { id: HOME_REFRESH_BUTTON, label: m.home.refresh, carries: { v: 1, channel: channelId }, style: 'primary' };
}

/** Words that are worth a button: only those that this person may say. */
function quick({ rights, commands, channelId, m }: HomeOf): readonly Button[] {
  const words = m.home.quick;
  const verbs = [
    ['pods', words.pods],
    ['jobs', words.jobs],
    ['silences', words.silences],
    ['test-alert', words.testAlert],
  ] as const;
  const say = (said: string, label: string): Button => sayButton(label, said, { at: { channelId } });
  const may = verbs.filter(([verb]) => {
    const command = commands.get(verb);
    return command !== undefined && mayRun(rights, command) !== undefined;
  });
  return [say('ops', words.overview), ...may.map(([verb, label]) => say(verb, label)), say('help', words.help)];
}
