import { bold, code, dateTimeInUtc, type Inline, joinText, type Text, text, timeOf } from '../../domain/content.ts';
import type { ApprovalState, Stoppable } from '../../domain/plan.ts';
import { shellWord } from '../../domain/shell.ts';
import type { OwnerKind, Target } from '../../domain/workload.ts';
import { differs } from './differs.ts';
import { next } from './next.ts';

type Role = 'none' | 'viewer' | 'operator' | 'admin';

/** `#name`, or an id that Slack shows as the channel's name. */
function channelName(channel: string): Inline {
  return channel.startsWith('#') ? code(channel) : { channel };
}

const ROLES: Readonly<Record<Role, string>> = { none: 'none', viewer: 'viewer', operator: 'operator', admin: 'admin' };

const OWNERS: Readonly<Record<OwnerKind, string>> = {
  argocd: 'Argo CD',
  flux: 'Flux',
  helm: 'Helm release',
  controller: 'Its controller',
};

const pods = (n: number): string => (n === 1 ? '1 pod' : `${n} pods`);

const APPROVAL_STATES: Readonly<Record<ApprovalState, string>> = {
  asked: 'still open',
  given: 'approved',
  refused: 'refused',
  withdrawn: 'withdrawn',
  expired: 'nobody answered in time',
};

const CANCELLING: Readonly<Record<Stoppable, string>> = {
  all: 'cancels it…',
  nothing: 'cancels it: the change is being made right now and cannot be stopped; it is not watched.',
  watching: 'ends the watching…',
};

const elapsed = (p: { elapsed: string; usual: string | undefined; long: boolean }): string =>
  `${p.elapsed}${p.usual === undefined ? '' : p.long ? `, longer than the usual ${p.usual}` : ` of about ${p.usual}`}`;

const listed = (who: readonly Inline[]): Text => who.flatMap((w, i) => (i === 0 ? [w] : [', ', w]));

const readiness = (p: { fresh: boolean }): string => (p.fresh ? 'new and ready' : 'ready');

/** What is said about actions: before they are confirmed, while they run, and how they ended. */
export const action = {
  buttons: {
    restart: (p: { name: string }): string => `Restart ${p.name}`,
    rollback: (p: { name: string }): string => `Roll back ${p.name}`,
  },

  restart: {
    summary: 'restart a workload: its pods are replaced one after the other',
    title: (t: Target): string => `Restart ${t.kind} ${t.name}`,
    replaces: (p: { pods: number; down: boolean }): Text =>
      p.pods === 1
        ? text`Its ${bold('only pod')} is replaced by a new one of the same template${p.down ? '' : ', which its strategy may start first'}.`
        : text`All ${bold(pods(p.pods))} are replaced by new ones of the same template, as its update strategy says.`,
    replacesStuck: (): Text =>
      text`It only marks that template once more: its pods are made anew, and what made them fail is still there.`,
    budget: (p: { name: string; wants: number }): Text =>
      text`${{ emoji: 'warning' }} The disruption budget ${code(p.name)} wants ${p.wants} healthy. A restart does not ask it.`,
    ready: 'Ready now',
    readyOf: (p: { ready: number; of: number }): string => `${p.ready} of ${p.of}`,
    /** The old ones go before the new ones come. */
    down: (): Text =>
      text`${{ emoji: 'warning' }} ${bold('It is down meanwhile')}: nothing answers until a new pod is ready.`,
    noPods: (): Text =>
      text`It is scaled to ${bold('0')}: there is no pod to replace. The next one started carries the mark.`,
    onDelete: (t: Target): Text =>
      text`Its update strategy is ${bold('OnDelete')}: ${bold('no pod is replaced')} by this. Each follows when somebody deletes it: ${code(`kubectl -n ${shellWord(t.namespace)} delete pod NAME`)}.`,
    namespace: 'namespace, when it is not in the name',
    images: 'Images',
  },

  scale: {
    summary: 'set how many pods a deployment or stateful set has',
    title: (p: { target: Target; to: number | 'back' }): string =>
      `Scale ${p.target.kind} ${p.target.name} ${p.to === 'back' ? 'back' : `to ${p.to}`}`,
    change: (p: { from: number; to: number }): Text =>
      text`Replicas: ${code(String(p.from))} → ${code(String(p.to))}, ${p.to > p.from ? `${pods(p.to - p.from)} more` : `${pods(p.from - p.to)} fewer`}.`,
    toZero: (): Text =>
      text`${{ emoji: 'warning' }} ${bold('Nothing will be left running.')} What calls it fails until it is scaled up again.`,
    autoscaler: (p: { name: string; min: number; max: number; keda: boolean }): Text =>
      text`${{ emoji: 'warning' }} ${p.keda ? 'KEDA' : 'The autoscaler'} ${code(p.name)} (${p.min} to ${p.max}) sets its replicas: ${bold('this will be taken back')}. Change its bounds to make it last.`,
    suspends: (p: { name: string }): Text =>
      text`${{ emoji: 'warning' }} At 0 the autoscaler ${code(p.name)} stops working until somebody scales it up again.`,
    quota: (p: { name: string; resource: string; room: number }): Text =>
      text`${{ emoji: 'warning' }} The quota ${code(p.name)} has room for ${pods(p.room)} more (${p.resource}): the others cannot start.`,
    budget: (p: { name: string; wants: number }): Text =>
      text`${{ emoji: 'warning' }} The disruption budget ${code(p.name)} wants ${p.wants} healthy: below that nodes cannot be drained.`,
    replicas: 'how many',
    back: (n: number): string => `back to ${n}`,
  },

  /** What a preview only tells beside. */
  unseen: (what: readonly string[]): Text =>
    text`Not looked at, for lack of rights: ${what.join(', ')}. ${code('hikeshi rbac')} prints what is missing.`,
  unread: (what: readonly string[]): Text =>
    text`Could not be read just now, so nothing is said of it: ${what.join(', ')}.`,

  /** Before something that does not mend it. */
  stuckRollout: (p: { images: string; reason: string; old: number; words: string }): Text =>
    text`${{ emoji: 'warning' }} ${bold('A rollout is stuck')}: to ${code(p.images)}, whose pods do not become ready${p.reason ? text` (${code(p.reason)})` : ''}. What answers is ${pods(p.old)} of before. This does not mend it; ${code(p.words)} goes back.`,

  /** Who writes it from somewhere else. */
  owner: (p: { kind: OwnerKind; name: string }): Text =>
    text`${{ emoji: 'warning' }} ${OWNERS[p.kind]} ${code(p.name)} writes it: ${bold('this may be taken back')} at its next sync. Change it there to make it last.`,

  rollback: {
    summary: 'go back to an earlier revision of a workload: its image, variables, resources and command of then',
    to: 'which revision, as history lists them; without it: the one before',
    from: 'only while this revision runs',
    pick: 'To revision (another one is shown first)',
    left: (p: { revision: number; by: string; at: Date; job: number }): Text =>
      text`${{ emoji: 'warning' }} Revision ${code(String(p.revision))} is what ${bold(p.by)} rolled ${bold('away from')} at ${dateTimeInUtc(p.at)} (JOB-${p.job}).`,
    title: (p: { target: Target; to?: number }): string =>
      `Roll back ${p.target.kind} ${p.target.name}${p.to === undefined ? '' : ` to revision ${p.to}`}`,
    change: (p: { from: number; to: number; at: Date; cause?: string | undefined }): Text =>
      text`Revision ${code(String(p.from))} → ${code(String(p.to))}, of ${dateTimeInUtc(p.at)}${p.cause ? ` (“${p.cause}”)` : ''}. What changes:`,
    differs,
    moreDifferences: (n: number): Text => text`and ${n} more`,
    replaces: (n: number): Text =>
      n === 0
        ? text`It is scaled to ${bold('0')}: there is no pod to replace.`
        : text`${n === 1 ? text`${bold('Its only pod')} is replaced` : text`Of its ${bold(pods(n))} those are replaced that run anything else`}, as its update strategy says.`,
    stuck: (names: readonly string[]): Text =>
      text`${{ emoji: 'warning' }} ${listed(names.map(code))} never became ready, and a StatefulSet waits for such a pod for ever: ${bold(names.length === 1 ? 'it is deleted' : 'they are deleted')}.`,
    restartAlone: (): Text =>
      text`${{ emoji: 'warning' }} Nothing but annotations differs: what came after that revision was ${bold('a restart')}. ${code('/ops history')} shows those before.`,
    back: (n: number): string => `back to revision ${n}`,
  },

  delete: {
    summary: 'delete a pod, or the pods of a workload with some labels; new ones take their place',
    selector: 'those of the workload with these labels',
    title: (p: { target: Target; pod?: string }): string =>
      p.pod === undefined ? `Delete pods of ${p.target.kind} ${p.target.name}` : `Delete pod ${p.pod}`,
    pod: (p: { name: string; status: string; restarts: number }): Text =>
      text`${code(p.name)}: ${p.status}${p.restarts === 0 ? '' : `, ${p.restarts === 1 ? '1 restart' : `${p.restarts} restarts`}`}`,
    more: (n: number): Text => text`and ${n} more`,
    replaced: (p: { pods: number; left: number; desired: number }): Text =>
      text`${p.pods === 1 ? bold('It is deleted') : bold('They are deleted')}, and ${p.pods === 1 ? 'a new one takes its place' : 'new ones take their place'}. Ready meanwhile: ${bold(String(p.left))} of ${p.desired}.`,
    budget: (p: { name: string; wants: number }): Text =>
      text`${{ emoji: 'warning' }} The disruption budget ${code(p.name)} wants ${p.wants} healthy. Deleting does not ask it.`,
  },

  history: {
    summary: 'revisions of a workload: what ran since when, and which it runs now',
    found: (p: { target: string; revisions: number; current: number | undefined }): Text =>
      p.revisions === 0
        ? text`${code(p.target)} has no revisions: none was made yet, or its ${code('revisionHistoryLimit')} keeps none.`
        : text`${code(p.target)}: ${p.revisions === 1 ? '1 revision' : `${p.revisions} revisions`}; ${
            p.current === undefined
              ? 'what it runs has none yet.'
              : text`${bold(String(p.current))} (${code('*')}) is the one it runs.`
          }`,
    columns: { revision: 'revision', image: 'image', at: 'made (UTC)', cause: 'change-cause' },
    back: (to: number): string => `Back to ${to}`,
  },

  // ---------------------------------------------------------------- form
  choose: {
    title: 'Choose',
    submit: 'Next',
    button: 'Choose…',
    several: (p: { count: number; target: string }): Text =>
      text`${p.count === 1 ? '1 can' : `${p.count} can`} be chosen in ${bold(p.target)}. A form shows ${p.count === 1 ? 'it' : 'them'}:`,
  },
  form: {
    loadingTitle: 'One moment',
    loading: (title: string): Text =>
      text`${bold(title)}: looking at the target and trying it out without changing anything…`,
    title: 'Confirm',
    submit: 'Do it',
    ask: 'Ask for approval',
    needsYes: (p: { who: readonly Inline[]; oneself: boolean }): Text =>
      p.who.length > 0
        ? text`${{ emoji: 'raised_hand' }} ${bold('Needs a second person')}: a yes from ${joinText(
            p.who.map((w) => [w]),
            ' or ',
          )}.`
        : text`${{ emoji: 'warning' }} ${bold('Needs a second person')}, and nobody${p.oneself ? ' but you' : ''} may approve: add somebody under ${code('roles.approver')} in hikeshi.yaml${p.oneself ? ', or somebody else asks for this and you approve' : ''}.`,
    undoes: (p: { job: number }): Text => text`This takes back ${bold(`JOB-${p.job}`)}.`,
    lately: (p: { verb: string; by: Inline; job: number; ago: string }): Text =>
      text`${{ emoji: 'warning' }} ${bold(`${p.ago} ago`)}: ${code(p.verb)} by ${p.by} (JOB-${p.job}).`,
    waiting: (p: { verb: string; by: Inline; approval: number }): Text =>
      text`${{ emoji: 'warning' }} APR-${p.approval} waits for a yes as well: ${code(p.verb)} by ${p.by}.`,
    uncompared: (p: { system: string; at: Date }): Text =>
      text`${{ emoji: 'warning' }} ${bold(p.system)} does not answer: this is how it was at ${timeOf(p.at)}. It is compared before anything is done.`,
    widened: (p: { pod: string; name: string }): Text =>
      text`${{ emoji: 'warning' }} You named the pod ${code(p.pod)}; this is about ${bold('all')} of ${code(p.name)}.`,
    close: 'Leave it',
    dismiss: 'Close',
    refusedTitle: 'Not possible now',
    target: 'Target',
    warnings: (lines: readonly string[]): Text => text`The cluster warns: ${lines.join('; ')}`,
    untried: (webhook: string): Text =>
      text`${{ emoji: 'warning' }} The API server could not try this, because the admission webhook ${code(webhook)} takes no dry run: it is computed from our own change to what is live, and admission has its say only when it is done.`,
    guessed: (): Text => text`This target was worked out from a pod's name. Make sure that it is the one you mean.`,
    reason: 'Reason',
    reasonHint: 'Kept in the audit and in the cluster, beside your name.',
    reasonHintDatabase: 'Kept in the audit, beside your name.',
    until: (at: Date): Text => text`Nothing has been changed. This preview holds until ${timeOf(at)}.`,
  },
  continue: {
    text: (title: string): Text => text`${bold(title)}?`,
    button: 'Continue',
  },

  // ---------------------------------------------------------------- refusals, by rule
  refusal: {
    role: (p: { what: string; has: Role; needs: Role; who: readonly Inline[] }): Text =>
      text`${code(p.what)} needs the role ${bold(ROLES[p.needs])}; yours is ${ROLES[p.has]}. ${
        p.who.length > 0
          ? text`Ask ${listed(p.who)}.`
          : text`Nobody has it: name somebody under ${code(`roles.${p.needs}`)} in hikeshi.yaml.`
      }`,
    permission: (p: { what: string; target: string; on: readonly string[]; who: readonly Inline[] }): Text =>
      text`You may ${code(p.what)} ${joinText(
        p.on.map((one) => [code(one)]),
        ', ',
      )}, but not ${code(p.target)}.${p.who.length > 0 ? text` Ask ${p.who.flatMap((w, i) => (i === 0 ? [w] : [', ', w]))}.` : ''}`,
    'action-channel': (p: { environment: string; channels: readonly string[] }): Text =>
      text`Actions on ${code(p.environment)} are taken in ${joinText(
        p.channels.map((c): Text => [channelName(c)]),
        ', ',
      )} only. Ask for it there.`,
    'one-action-per-target': (p: { job: number; by: Inline; target: string }): Text =>
      text`${code(p.target)} is in the hands of JOB-${p.job} by ${p.by}. Wait until that ends, or stop it with ${code(`/ops jobs cancel JOB-${p.job}`)}, and try again.`,
    'plan-expired': (p: { at: Date }): Text =>
      text`This preview held until ${timeOf(p.at)} and is too old to confirm. Nothing was changed. Ask for it again.`,
    'own-plan': (p: { by: Inline }): Text =>
      text`This is ${p.by}'s: only they may go on with it or withdraw it. Nothing was changed. Ask for your own.`,
    'reason-required': (p: { environment: string }): Text =>
      text`Say why in a few words: ${code(p.environment)} asks for a reason.`,
    unchanged: (p: { target: string; by: { verb: string; by: Inline; job: number } | undefined }): Text =>
      p.by
        ? text`${code(p.target)} was changed since the preview by JOB-${p.by.job}, ${code(p.by.verb)} of ${p.by.by}. Nothing was done. Look at it again.`
        : text`${code(p.target)} has changed since the preview, so nothing was done. Look at it again.`,
    'lock-held': (p: { target: string }): Text =>
      text`While no worker was running, ${code(p.target)} was given to another action, so nothing was done. Ask for it again.`,
    'as-left': (p: { target: string }): Text =>
      text`${code(p.target)} has changed since that action, so taking it back would undo somebody else's change too. Nothing was done.`,
    approver: (p: { who: readonly Inline[] }): Text =>
      text`Approving takes the grant ${bold('approver')}, and you do not have it. ${p.who.length > 0 ? text`Ask ${listed(p.who)}.` : ''}`,
    'not-oneself': (p: { who: readonly Inline[] }): Text =>
      text`You asked for this yourself: somebody else has to approve it. Nothing was changed. ${
        p.who.length > 0
          ? text`Ask ${listed(p.who)} to press the same button.`
          : text`Nobody else may yet: add somebody under ${code('roles.approver')} in hikeshi.yaml.`
      }`,
    'approval-open': (p: { number: number; state: ApprovalState; by?: Inline }): Text =>
      text`APR-${p.number} waits for no answer any more: ${APPROVAL_STATES[p.state]}${p.by ? text` by ${p.by}` : ''}.`,
    'approval-required': (p: { target: string }): Text =>
      text`By now ${code(p.target)} asks for a second person, and nobody has approved this. Nothing was done. Ask for it again.`,
    reversible: (p: { verb: string }): Text => text`${code(p.verb)} cannot be taken back. Nothing was changed.`,
    'incident-target': (p: { number: number }): Text =>
      text`INC-${p.number} does not say for certain what to act upon, so there is nothing to press. Name the target: ${code('/ops restart NAME -e ENV')}.`,
    'incident-open': (p: { number: number; at: Date | undefined; verb: string }): Text =>
      text`INC-${p.number} has been resolved${p.at ? text` at ${timeOf(p.at)}` : ''}, so nothing was done. If it is still needed, type it: ${code(`/ops ${p.verb} NAME`)}.`,
    'known-action': (p: { verb: string }): Text =>
      text`${code(p.verb)} is no action here: this version does not have it, or hikeshi.yaml switches it off. Nothing was changed.`,
    missing: (): Text => text`That action is not in the records (any more). Nothing was changed.`,
  },

  // ---------------------------------------------------------------- post
  post: {
    headline: (p: { emoji: string; title: string; target: string }): Text =>
      text`${{ emoji: p.emoji }} ${bold(p.title)} · ${code(p.target)}`,
    lockScreen: (p: { title: string; target: string; status: Text; job: number }): Text =>
      text`${p.title}: ${p.status} (${p.target}, JOB-${p.job})`,
    by: (p: { by: Inline; at: Date; job: number; reason?: string; approver?: Inline; timer?: boolean }): Text =>
      text`${p.timer ? 'The timer, for ' : ''}${p.by} at ${timeOf(p.at)} · JOB-${p.job}${p.approver ? text` · approved by ${p.approver}` : ''}${p.reason ? ` · “${p.reason}”` : ''}`,
    queued: (p: { since: Date }): Text => text`Starting…, asked for at ${timeOf(p.since)}.`,
    checking: (): Text => text`Checking once more that nothing has changed…`,
    executing: (): Text => text`Doing it now…`,
    turn: (p: { environment: string; running: number; since: Date }): Text =>
      text`Waits for its turn since ${timeOf(p.since)}: ${p.running === 1 ? '1 change is' : `${p.running} changes are`} under way in ${bold(p.environment)}, which takes no more at once. ${code('/ops jobs')} lists them.`,
    doubt: (p: { system: string; since: Date }): Text =>
      text`${bold(p.system)} gave no answer at ${timeOf(p.since)}. Looking whether it happened; it is not done twice.`,
    watching: (p: {
      bar: string;
      done: number;
      of: number;
      since: Date;
      elapsed: string;
      usual: string | undefined;
      long: boolean;
      fresh: boolean;
    }): Text =>
      text`${p.bar} ${p.done} of ${pods(p.of)} ${readiness(p)}, watching since ${timeOf(p.since)} (${elapsed(p)})`,
    started: (p: { since: Date; elapsed: string; usual: string | undefined; long: boolean }): Text =>
      text`Done; watching since ${timeOf(p.since)} how it goes (${elapsed(p)}).`,
    keeps: (p: { reason: string; quota: string | undefined }): Text =>
      text`Waits for ${p.quota === undefined ? code(p.reason) : text`room in the quota ${code(p.quota)}`}`,
    awayBefore: (p: { system: string; since: Date }): Text =>
      text`${bold(p.system)} has not answered since ${timeOf(p.since)}. It is asked again each 5 s; nothing has been changed.`,
    awayWatching: (p: { system: string; since: Date }): Text =>
      text`${bold(p.system)} has not answered since ${timeOf(p.since)}. The change is made; looking again each 5 s.`,
    cancelling: (p: { by: Inline; stops: Stoppable }): Text => text`${p.by} ${CANCELLING[p.stops]}`,
    cancel: 'Cancel',
    stopWatching: 'Stop watching',
    again: 'Preview again',
    tryAgain: 'Try again',
    undo: 'Undo',
  },

  // ---------------------------------------------------------------- a second person
  approval: {
    lockScreen: (p: { title: string; target: string; status: Text; number: number }): Text =>
      text`${p.title} (${p.target}), APR-${p.number}: ${p.status}`,
    by: (p: { by: Inline; at: Date; number: number; reason: string | null }): Text =>
      text`${p.by} at ${timeOf(p.at)} · APR-${p.number}${p.reason ? ` · “${p.reason}”` : ''}`,
    asked: (p: { who: readonly Inline[]; until: Date }): Text =>
      p.who.length > 0
        ? text`${bold('Waits for a second person')} until ${timeOf(p.until)}: ${listed(p.who)}. Nothing has been changed.`
        : text`${bold('Waits for a second person')}, and nobody else may approve: add somebody under ${code('roles.approver')} in hikeshi.yaml, or withdraw it.`,
    given: (p: { by?: Inline }): Text => text`${bold('Approved')}${p.by ? text` by ${p.by}` : ''}.`,
    refused: (p: { by?: Inline; reason: string | null }): Text =>
      text`${bold('Refused')}${p.by ? text` by ${p.by}` : ''}${p.reason ? ` (“${p.reason}”)` : ''}: nothing was done.`,
    withdrawn: (p: { by?: Inline }): Text =>
      text`${bold('Withdrawn')}${p.by ? text` by ${p.by}` : ''}: nothing was done.`,
    expired: (): Text => text`${bold('Nobody answered in time')}: nothing was done.`,
    approve: 'Approve',
    refuse: 'Refuse',
    withdraw: 'Withdraw',
    sure: 'Approve?',
    sureText: (title: string): string => `${title}. It begins at once.`,
    refuseTitle: 'Refuse?',
    refuseText: (p: { title: string; target: string; by: Inline }): Text =>
      text`${bold(p.title)} · ${code(p.target)}, asked for by ${p.by}. Nothing will be done.`,
    refuseHint: 'Who asked for it reads this.',
  },

  // ---------------------------------------------------------------- said to who asked for it
  asker: {
    given: (p: { asker: Inline; by: Inline; title: string; job: number }): Text =>
      text`${p.asker}: ${p.by} approved ${bold(p.title)}. It has begun (JOB-${p.job}).`,
    refused: (p: { asker: Inline; by: Inline; title: string; reason: string | null }): Text =>
      text`${p.asker}: ${p.by} refused ${bold(p.title)}${p.reason ? `: “${p.reason}”.` : '.'} Nothing was done.`,
    expired: (p: { asker: Inline; title: string }): Text =>
      text`${p.asker}: nobody answered in time about ${bold(p.title)}. Nothing was done; ask again if it is still needed.`,
    ended: (p: { asker: Inline; title: string; job: number; status: Text }): Text =>
      text`${p.asker} ${p.title} (JOB-${p.job}). ${p.status}`,
  },

  approvals: {
    summary: 'what waits for a second person, or one of them',
    none: (): Text => text`Nothing waits for a second person.`,
    waiting: (n: number): Text => text`${n === 1 ? '1 action waits' : `${n} actions wait`} for a second person.`,
    posts: (numbers: Text): Text => text`Answered on their posts: ${numbers}`,
    columns: { number: 'approval', what: 'what', target: 'target', by: 'by', until: 'until (UTC)' },
    notANumber: (p: { typed: string }): Text =>
      text`${code(p.typed)} is not an approval's number. Write it like ${code('APR-3')}; ${code('/ops approvals')} lists them.`,
    missing: (p: { number: number }): Text => text`There is no APR-${p.number}. ${code('/ops approvals')} lists all.`,
  },

  // ---------------------------------------------------------------- outcomes: what happened, then the next step
  outcome: {
    healthy: (p: { of: number; took: string; fresh: boolean }): Text =>
      p.of === 0
        ? text`${bold('Done')}, with no pod to wait for.`
        : text`${bold('Healthy')}: ${p.of === 1 ? `the ${p.fresh ? 'new ' : ''}pod is ready` : `all ${pods(p.of)} are ${readiness(p)}`}, after ${p.took}.`,
    unhealthy: (p: { done: number; of: number; reason?: string; fresh: boolean }): Text =>
      text`${bold('Not healthy')}: ${p.done} of ${pods(p.of)} ${readiness(p)}${p.reason ? text` (${code(p.reason)})` : ''}.`,
    late: (p: { done: number; of: number; took: string; fresh: boolean }): Text =>
      text`${bold('Not healthy')} after ${p.took}: ${p.done} of ${pods(p.of)} ${readiness(p)}. It is no longer watched.`,
    problem: (p: { pod: string; reason: string; message: string }): Text =>
      text`${p.pod ? code(p.pod) : 'No pod could be made'}: ${p.reason}${p.message ? ` (${p.message})` : ''}`,
    moreProblems: (n: number): Text => text`and ${n} more`,
    gone: (): Text => text`${bold('Gone')}: somebody deleted it while it was watched.`,
    overruled: (p: { wanted: number; is: number }): Text =>
      text`${bold('Taken back')}: it was set to ${p.wanted}, and somebody else (an autoscaler, a sync, a person) has set it to ${p.is} since.`,
    overruledTemplate: (): Text =>
      text`${bold('Taken back')}: somebody else (a sync, a release, a person) has changed its pod template since.`,
    changed: (): Text => text`${bold('Nothing was done')}: it has changed since the preview.`,
    changedBy: (p: { verb: string; by: Inline; job: number }): Text =>
      text`${bold('Nothing was done')}: since the preview it was changed by JOB-${p.job}, ${code(p.verb)} of ${p.by}.`,
    nothingDone: (why: Text): Text => text`${bold('Nothing was done.')} ${why}`,
    away: (p: { system: string; since: Date }): Text =>
      text`${bold('Nothing was done')}: ${p.system} has not answered since ${timeOf(p.since)}.`,
    'not-done': (): Text =>
      text`${bold('It did not happen')}: it was interrupted, and the cluster shows no trace of it.`,
    cancelledBefore: (p: { by: Inline }): Text => text`${bold('Cancelled')} by ${p.by} before anything was changed.`,
    cancelledAfter: (p: { by: Inline }): Text =>
      text`${p.by} ended the watching. ${bold('The change stays')}; how it went is no longer looked at.`,
    unknownPerhaps: (p: { why: string }): Text =>
      text`${bold('Unknown')}: it may or may not have happened (${p.why}). It is not tried again by itself.`,
    unknownYes: (p: { why: string }): Text =>
      text`${bold('Made, but how it went is unknown')}: ${p.why}. It is no longer watched.`,
    error: (p: { id: string; executed: boolean }): Text =>
      text`${bold(p.executed ? 'Unknown' : 'Nothing was done')}: a fault of Hikeshi, in its log under id ${code(p.id)}.`,
    probe: 'the cluster does not tell',
  },
  next,
  seconds: (s: number): string => (s < 90 ? `${s} s` : `${Math.round(s / 60)} min`),
};
