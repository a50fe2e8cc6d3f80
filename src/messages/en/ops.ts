import { bold, code, type Inline, joinText, type Text, text, timeOf } from '../../domain/content.ts';
import type { Severity } from '../../domain/severity.ts';

type Role = 'none' | 'viewer' | 'operator' | 'admin';

/** Why somebody may not even read. */
export interface Barred {
  readonly rule: string;
}

/** What `/ops` itself says, and what is said when something goes wrong. */
export const ops = {
  roles: {
    none: 'nobody',
    viewer: 'viewer',
    operator: 'operator',
    admin: 'admin',
    approver: 'approver',
  },

  // ---------------------------------------------------------------- refusals
  /** To somebody whose role is `none`. */
  barred: (p: Barred): Text => {
    switch (p.rule) {
      case 'guest':
        return text`Guests of this workspace cannot use Hikeshi. Ask a full member.`;
      case 'deactivated':
        return text`Your Slack account is deactivated, so Hikeshi does not answer it.`;
      case 'bot':
        return text`Hikeshi answers people, not apps. An app can use the HTTP API with a key.`;
      case 'foreign-team':
        return text`Hikeshi answers members of its own workspace only. Ask somebody there.`;
      case 'slack-away':
        return text`I do not know you yet, and Slack did not tell me in time who you are. Nothing was done. Try again in a minute.`;
      case 'unknown-person':
        return text`Slack does not say who you are, so I may not answer. Nothing was done.`;
      default:
        return text`Only people named under ${code('roles')} in hikeshi.yaml may use Hikeshi here. Ask whoever keeps that file.`;
    }
  },
  needsRole: (p: { what: string; needed: Role; role: Role; who: readonly Inline[] }): Text =>
    text`${code(p.what)} needs the role ${bold(p.needed)}; yours is ${p.role}. ${
      p.who.length > 0
        ? text`These have it: ${list(p.who)}.`
        : text`Nobody has it: name somebody under ${code(`roles.${p.needed}`)} in hikeshi.yaml.`
    }`,

  // ---------------------------------------------------------------- when something goes wrong
  away: (p: { system: string; since?: Date; unchanged: boolean }): Text =>
    text`${bold(p.system)} ${p.since ? text`has not answered since ${timeOf(p.since)}` : 'does not answer'}.${
      p.unchanged ? ' Nothing was changed. Try again in a minute.' : ' Try again in a minute.'
    }`,
  cluster: {
    away: (p: { cluster: string; since?: Date }): Text =>
      text`Cluster ${bold(p.cluster)} ${p.since ? text`has not answered since ${timeOf(p.since)}` : 'does not answer'}. Try again in a minute.`,
    unauthorized: (p: { cluster: string }): Text =>
      text`Cluster ${bold(p.cluster)} does not accept Hikeshi's credentials (401). ${code('hikeshi check')} says which they are.`,
    forbidden: (p: { cluster: string; detail: string }): Text =>
      text`Cluster ${bold(p.cluster)} forbids this to Hikeshi: ${code(p.detail)}. ${code('/ops can-i')} names every right that is missing.`,
    'not-found': (p: { cluster: string; detail: string }): Text =>
      text`Cluster ${bold(p.cluster)} no longer has it: ${code(p.detail)}`,
    changed: (p: { cluster: string }): Text =>
      text`It changed in cluster ${bold(p.cluster)} in the meantime, so nothing was done. Look again and start anew.`,
    paused: (p: { detail: string }): Text =>
      text`The rollout is paused: ${code(p.detail)}. Resume it first with ${code('kubectl rollout resume')}.`,
    invalid: (p: { cluster: string; detail: string }): Text =>
      text`Cluster ${bold(p.cluster)} refuses this: ${code(p.detail)}`,
    misconfigured: (p: { cluster: string; detail: string }): Text =>
      text`Hikeshi's connection to cluster ${bold(p.cluster)} is set up wrongly: ${code(p.detail)}. ${code('hikeshi check')} says more.`,
  },
  broken: (p: { id: string }): Text =>
    text`Something broke here (id ${code(p.id)}): a fault of Hikeshi, not of what you typed. Its log has the details under this id.`,
  tookTooLong: (p: { what: string; seconds: number }): Text =>
    text`${code(p.what)} found no answer within ${p.seconds} s and was given up. Narrow it down (${code('-n')}, ${code('-e')}) or try again.`,
  /** The change certainly did not happen. */
  notRecorded: (): Text =>
    text`Not recorded: the database did not answer in time. Nothing happened; press or type it again.`,
  /** The commit was on its way. */
  perhapsRecorded: (): Text =>
    text`The database did not answer in time, and this may or may not be recorded. Look at the message before you press again.`,
  beingUpgraded: (): Text => text`Hikeshi is being upgraded. Nothing happened; press again in a minute.`,
  /** A form opens only within 3 s of the press. */
  slackExpired: (): Text => text`Slack did not open the form in time. Press or type it again.`,
  malformed: (): Text =>
    text`This button carries something I cannot read, so nothing happened. ${code('/ops')} starts afresh.`,
  unknownButton: (): Text =>
    text`This button is not known to this version of Hikeshi, so nothing happened. ${code('/ops')} starts afresh.`,
  errorTitle: 'That did not work',
  close: 'Close',

  // ---------------------------------------------------------------- /ops and its help
  overview: {
    open: (p: { open: number; counts: readonly { severity: Severity; count: number }[] }): Text =>
      p.open === 0
        ? text`No incident is open.`
        : text`${bold(p.open === 1 ? '1 incident is open' : `${p.open} incidents are open`)}: ${p.counts.map((c) => `${c.count} ${c.severity}`).join(', ')}.`,
    acknowledge: (p: { number: number; title: string; severity: Severity; at: Date }): Text =>
      text`Next: nobody has acknowledged ${bold(`INC-${p.number}`)} (${p.severity}, since ${timeOf(p.at)}): ${p.title}.`,
    list: 'Open incidents',
    nothingWaits: (): Text => text`Nothing waits for an acknowledgement.`,
    youCan: (p: { verbs: Text }): Text => text`Commands: ${p.verbs}. ${code('/ops help COMMAND')} explains one.`,
  },
  share: {
    inChannel: 'Share in this channel',
    inThread: 'Share in this thread',
    shared: (p: { by: Inline; typed: string; at: Date }): Text =>
      text`${p.by} shares ${code(`/ops ${p.typed}`)}, answered at ${timeOf(p.at)}:`,
    again: (p: { by: Inline; at: Date }): Text => text`${p.by} has shared it already, at ${timeOf(p.at)}.`,
    noChannel: (): Text => text`Hikeshi cannot post in this channel. Invite it, then press again.`,
    missing: (): Text => text`This answer is too old to be shared. Ask again, and share that.`,
    notAllowed: (p: { verb: string }): Text =>
      text`You may not use ${code(`/ops ${p.verb}`)} any more, so nothing was shared.`,
  },
  file: {
    button: 'All of it, as a file',
    sent: (p: { link: string }): Text =>
      text`${{ link: p.link, label: 'Here is all of it' }}: a file in our direct messages, which only you see.`,
  },

  help: {
    title: (): Text =>
      text`${code('/ops COMMAND')} here, ${code('@Hikeshi COMMAND')} in a thread, or the command alone in a direct message.`,
    queries: 'Look (only you see the answer)',
    actions: 'Change (previewed first, then confirmed)',
    examples: 'Examples',
    aliases: 'Also called',
    more: (): Text => text`${code('/ops help COMMAND')} has its flags and examples.`,
    needs: (p: { role: Role }): string => ` (needs the role ${p.role})`,
    environment: 'in this environment',
    cluster: 'in this cluster only',
    file: 'the whole answer, as a file in a direct message',
  },

  describe: {
    summary: 'one pod, workload, node, service... in short: containers, conditions, taints',
    buttons: { why: 'Why?', events: 'Events', yaml: 'YAML' },
  },
  yaml: {
    summary: 'one object as YAML, without the values of variables; never a Secret or ConfigMap',
    found: (p: { path: string; more: number }): Text =>
      text`${bold(p.path)}${p.more > 0 ? `: ${p.more} more lines` : ''}`,
  },

  // ---------------------------------------------------------------- /ops pods
  pods: {
    summary: 'pods with their state, those in trouble first',
    flags: {
      namespace: 'in this namespace',
      allNamespaces: 'in all namespaces, also in an incident’s thread',
      selector: 'with these labels, as in app=checkout,tier!=cache',
      output: 'wide: IP and node too',
      sort: 'by problems (default), name, restarts, age (newest first), or what is used: cpu, memory',
      node: 'on this node alone',
      fieldSelector: 'spec.nodeName=NODE, as kubectl has it: the same as --node',
      sortBy: 'the same with kubectl’s words: .metadata.creationTimestamp, cpu...',
    },
    /** `pod`: short. */
    buttons: {
      why: (p: { pod: string }): string => `Why ${p.pod}`,
      logs: (p: { pod: string }): string => `Logs of ${p.pod}`,
      delete: (p: { pod: string }): string => `Delete ${p.pod}`,
    },
    found: (p: { where: string; pods: number; troubled: number; worst?: { name: string; status: string } }): Text => {
      const pods = p.pods === 1 ? '1 pod' : `${p.pods} pods`;
      if (!p.worst) return text`${bold(p.where)}: ${pods}, none in trouble.`;
      return text`${bold(p.where)}: ${pods}, ${bold(`${p.troubled} in trouble`)}, first ${code(p.worst.name)} (${p.worst.status}).`;
    },
    moreProblems: (p: { more: number }): Text => text`${p.more} more in trouble.`,
    problem: (p: { pod: string; container: string; reason: string; message: string }): Text =>
      text`${code(p.pod)}${p.container ? ` (${p.container})` : ''} ${bold(p.reason)}${p.message ? `: ${p.message}` : ''}`,
    none: (p: { where: string; target?: string; near: readonly string[] }): Text => {
      if (p.target === undefined) return text`There are no pods in ${bold(p.where)}.`;
      const near = list(p.near.map((name) => code(name)));
      return text`No pod ${code(p.target)} in ${bold(p.where)}.${near.length > 0 ? text` Did you mean ${near}?` : ''} ${code('-n')}, ${code('-A')} and ${code('-e')} look elsewhere.`;
    },
    unmeasured: (p: { clusters: readonly string[] }): Text =>
      text`No figures of ${bold(p.clusters.join(', '))}: nothing answers for ${code('metrics.k8s.io')} there. Its pods come last.`,
    away: (p: { clusters: readonly string[] }): Text =>
      text`Without ${bold(p.clusters.join(', '))}, which ${p.clusters.length === 1 ? 'does' : 'do'} not answer.`,
    narrower: (p: { shown: number; of: number }): Text =>
      text`${p.shown} of ${p.of} are shown: ${code('-n NAMESPACE')} or a name narrows it, ${code('--file')} has all.`,
    notLookedAt: (p: { more: number }): Text =>
      text`${p.more} more pods were not looked at. Narrow it down with ${code('-n')} or ${code('-l')}.`,
  },
};

function list(parts: readonly Inline[]): Text {
  return joinText(
    parts.map((p) => [p]),
    ', ',
  );
}
