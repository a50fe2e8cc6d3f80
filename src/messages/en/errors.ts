import { bold, code, type Inline, joinText, type Text, text, timeOf } from '../../domain/content.ts';
import type { Untouchable } from '../../domain/postgres.ts';
import type { SelectorProblem } from '../../domain/selector-words.ts';
import { silence } from './silence.ts';

/**
 * One sentence per `UserError` code: what is wrong with which object, and the remedy. Thrown with `userError`, which takes
 * only these codes and their own parameters.
 */
export const errors = {
  // ---------------------------------------------------------------- words
  'unclosed-quote': (p: { quote: string; rest: string }): Text =>
    text`A quote is open and never closed: ${code(`${p.quote}${p.rest}`)}. Close it, or leave it out.`,
  'no-such-verb': (p: { verb: string; near: readonly string[] }): Text =>
    text`I do not know ${code(p.verb)}.${didYouMean(p.near)} ${code('/ops help')} lists what I can do.`,
  'not-listed': (p: { kind: string; what: keyof typeof UNLISTED }): Text => UNLISTED[p.what](p.kind),
  'not-done': (p: { words: string; instead: keyof typeof NOT_DONE }): Text =>
    text`${code(p.words)} is not done here. ${NOT_DONE[p.instead]}`,
  'one-list': (p: { typed: string; kinds: readonly string[] }): Text =>
    text`${code(p.typed)}: one list at a time, ${codes(p.kinds)}.`,
  'press-instead': (p: { verb: string; label: string }): Text =>
    text`${code(p.verb)} is a button: press ${bold(p.label)} on the incident's post, or name the incident: ${code(`/ops ${p.verb} INC-142`)}. ${code('/ops incidents')} lists what is open.`,
  'no-such-flag': (p: {
    flag: string;
    near: readonly string[];
    usage: string;
    instead?: keyof typeof INSTEAD;
  }): Text =>
    p.instead
      ? text`There is no flag ${code(p.flag)} here. ${INSTEAD[p.instead]}`
      : text`There is no flag ${code(p.flag)} here.${didYouMean(p.near)} ${usage(p.usage)}`,
  'flag-needs-value': (p: { flag: string; usage: string }): Text =>
    text`${code(p.flag)} needs a value after it. ${usage(p.usage)}`,
  'missing-argument': (p: { name: string; usage: string; example?: string }): Text =>
    text`${code(p.name)} is missing${p.example === undefined ? '' : text`, as in ${code(p.example)}`}. ${usage(p.usage)}`,
  'yaml-instead': (p: { typed: string; words: string }): Text =>
    text`A list is not shown as ${code(p.typed)}. One object is: ${code(p.words)}.`,
  'too-many-arguments': (p: { word: string; usage: string; spaces?: true }): Text =>
    text`${code(p.word)} is a word too many. ${p.spaces ? 'Put quotes around a value with spaces. ' : ''}${usage(p.usage)}`,
  'bad-argument': (p: { name: string; typed: string; problem: string; usage: string }): Text =>
    text`${code(p.typed === '' ? p.name : `${p.name} ${p.typed}`)}: ${p.problem}. ${usage(p.usage)}`,
  'not-one-of': (p: { name: string; given: string; choices: readonly string[] }): Text =>
    text`${code(p.name)} takes ${codes(p.choices)}, not ${code(p.given)}.`,

  // ---------------------------------------------------------------- labels and sources
  'no-labels': (): Text =>
    text`Which alert? Write its labels, for example ${code('/ops route severity=critical alertname=DiskFull namespace=shop')}.`,
  'bad-label': (p: { text: string }): Text =>
    text`${code(p.text)} is not a label. Write ${code('name=value')}, with quotes around a value with spaces: ${code('alertname="Disk full"')}.`,
  'no-such-source': (p: { source: string; near: readonly string[]; sources: readonly string[] }): Text =>
    text`There is no source ${code(p.source)}.${didYouMean(p.near)} There are ${codes(p.sources)}.`,

  'no-such-severity': (p: { severity: string; severities: readonly string[] }): Text =>
    text`${code(p.severity)} is no severity here. Write ${codes(p.severities)}, or a word that ${code('severities')} in hikeshi.yaml has.`,
  'not-a-test-time': (p: { typed: string; least: string; most: string }): Text =>
    text`${code(p.typed)} is not how long a test alert may last: write ${p.least} to ${p.most}, for example ${code('--lasts 10m')}.`,
  'many-tests': (p: { incidents: readonly string[] }): Text =>
    text`${p.incidents.join(', ')}: so many test alerts are running already. They end by themselves; or press ${bold('Resolve')} on one.`,

  // ---------------------------------------------------------------- environments and targets
  'no-environments': (): Text =>
    text`No environment is configured, so there is no cluster to ask. Add one under ${code('environments')} in hikeshi.yaml.`,
  'no-clusters': (p: { environment: string }): Text =>
    text`${code(p.environment)} has no Kubernetes cluster. Add one under ${code(`environments.${p.environment}.clusters`)} in hikeshi.yaml.`,
  'which-environment': (p: { environments: readonly string[] }): Text =>
    text`In which environment? Add ${code('-e')} with ${codes(p.environments)}.`,
  'no-such-environment': (p: { environment: string; near: readonly string[]; environments: readonly string[] }): Text =>
    text`There is no environment ${code(p.environment)}.${didYouMean(p.near)} Choose ${codes(p.environments)}.`,
  'no-such-cluster': (p: { cluster: string; environment: string; clusters: readonly string[] }): Text =>
    text`${code(p.environment)} has no cluster ${code(p.cluster)}. It has ${codes(p.clusters)}.`,
  'no-databases': (p: { environment?: string }): Text =>
    text`${p.environment === undefined ? 'No environment has a' : text`${code(p.environment)} has no`} database. Name one under ${code(`environments.${p.environment ?? 'NAME'}.databases`)} in hikeshi.yaml.`,
  'which-database': (p: { databases: readonly string[] }): Text => text`Which database? Add ${codes(p.databases)}.`,
  'no-such-database': (p: { database: string; near: readonly string[]; databases: readonly string[] }): Text =>
    text`There is no database ${code(p.database)} in hikeshi.yaml.${didYouMean(p.near)} Choose ${codes(p.databases)}.`,
  'no-such-look': (p: { look: string; near: readonly string[]; looks: readonly string[] }): Text =>
    text`${code(`/ops pg ${p.look}`)} is no way to look.${didYouMean(p.near)} There are ${codes(p.looks)}.`,
  'which-sessions': (): Text =>
    text`Which sessions? Write their pids, for example ${code('/ops pg-terminate 4711 orders')}, or ${code('--idle 10m')} for all that are idle in transaction for so long; ${code('/ops pg idle')} lists them.`,
  'one-database': (p: { words: readonly string[] }): Text =>
    text`${codes(p.words)}: one database at a time, and pids are numbers.`,
  'not-a-pid': (p: { text: string }): Text =>
    text`${code(p.text)} is no pid of a PostgreSQL session. ${code('/ops pg long')} and ${code('/ops pg idle')} list them.`,
  'not-an-age': (p: { text: string }): Text =>
    text`${code(p.text)} is no time. Write for example ${code('--idle 10m')} or ${code('--idle 1h30m')}.`,
  'no-such-session': (p: { pids: readonly string[]; database: string }): Text =>
    text`Database ${bold(p.database)} has no session ${codes(p.pids)} (any more).`,
  'sessions-gone': (p: { database: string }): Text =>
    text`None of these sessions of database ${bold(p.database)} is there any more as it was, so there is nothing left to do.`,
  'no-idle-sessions': (p: { database: string; age: string; longest?: string; grant?: string }): Text =>
    text`No session of database ${bold(p.database)} that Hikeshi may end has been idle in transaction for ${p.age}.${p.longest === undefined ? '' : text` The longest has for ${bold(p.longest)}: ${code(`--idle ${p.longest}`)}.`}${p.grant === undefined ? '' : text` It cannot see them all; an administrator mends that: ${code(p.grant)}`}`,
  'nothing-runs': (p: { database: string; grant?: string }): Text =>
    text`No statement of database ${bold(p.database)} that Hikeshi may cancel runs in a transaction of a second or longer. By its pid any can be named: ${code('/ops pg-cancel 4711')}; ${code('/ops pg long')} and ${code('/ops pg blocks')} list them.${p.grant === undefined ? '' : text` It cannot see them all; an administrator mends that: ${code(p.grant)}`}`,
  'too-many-sessions': (p: { most: number }): Text => text`At most ${p.most} sessions at a time.`,
  'nothing-to-cancel': (p: { pids: readonly string[]; database: string }): Text =>
    text`${codes(p.pids)} of database ${bold(p.database)} runs no statement just now. ${code('/ops pg-terminate')} ends the session itself.`,
  'untouchable-session': (p: { pid: string; why: Untouchable; user: string; grant?: string }): Text => {
    switch (p.why) {
      case 'superuser':
        return text`Session ${code(p.pid)} is a superuser's (${p.user}): Hikeshi leaves these alone.`;
      case 'own':
        return text`Session ${code(p.pid)} is Hikeshi's own: it does not end itself.`;
      case 'not-client':
        return text`${code(p.pid)} is a process of the server itself (replication, autovacuum, background), not a client's session: Hikeshi leaves these alone.`;
      case 'not-seen':
        return text`Hikeshi may not see what ${code(p.pid)} is, so it does not end it. An administrator mends that: ${code(p.grant ?? '')}`;
      default:
        return text`Hikeshi may not end session ${code(p.pid)} of ${p.user}. An administrator mends that: ${code(p.grant ?? '')}`;
    }
  },
  'which-target': (): Text =>
    text`Which workload? Name it, for example ${code('shop/checkout')}; ${code('/ops pods')} shows what runs.`,
  'bad-target': (p: { text: string }): Text =>
    text`${code(p.text)} is not a way to name a workload. Write ${code('checkout')}, ${code('shop/checkout')}, ${code('deploy/checkout -n shop')} or the whole ${code('production/main/shop/deployment/checkout')}.`,
  'no-such-workload': (p: { text: string; where: string; near: readonly string[] }): Text =>
    p.near.length > 0
      ? text`No workload ${code(p.text)} in ${p.where}.${didYouMean(p.near)}`
      : text`No workload ${code(p.text)} in ${p.where}. ${code('/ops pods')} shows what runs there; ${code('-n')} and ${code('-e')} look elsewhere.`,
  'no-such-object': (p: { text: string; where: string }): Text =>
    text`There is no ${code(p.text)} in ${p.where}. ${code('-n')} and ${code('-e')} look elsewhere.`,
  'kind-not-shown': (p: { kind: string; near: readonly string[]; kinds: readonly string[] }): Text =>
    text`${code(p.kind)} is not among what can be shown whole.${didYouMean(p.near)} There are ${codes(p.kinds, 0)}.`,
  'no-such-container': (p: {
    container: string;
    of: string;
    near: readonly string[];
    containers: readonly string[];
  }): Text =>
    text`${bold(p.of)} has no container ${code(p.container)}.${didYouMean(p.near)} It has ${codes(p.containers)}.`,
  'not-a-since': (p: { typed: string }): Text =>
    text`${code(p.typed)} is no time to look back. Write it like ${code('--since 10m')} or ${code('--since 1h30m')}.`,
  'not-a-since-time': (p: { typed: string }): Text =>
    text`${code(p.typed)} is no time. Write it like ${code('--since-time 2026-03-02T03:00:00Z')}.`,
  'same-twice': (p: { flags: readonly string[] }): Text => text`${codes(p.flags)} say the same: leave one of them out.`,
  'not-with-follow': (p: { flag: string }): Text =>
    text`${code('-f')} shows what is still to be written, which does not go with ${code(p.flag)}: leave one of them out.`,
  'not-a-tail': (p: { typed: string; most: number }): Text =>
    text`${code(p.typed)} is no number of lines. ${code('--tail')} takes a whole number from 1 to ${p.most}.`,
  'bad-selector': (p: { selector: string; problem: SelectorProblem }): Text =>
    text`${code(`-l ${p.selector}`)}: ${SELECTOR_PROBLEMS[p.problem]}. Write for example ${code('-l app=cart')}, ${code('-l "app in (cart,checkout)"')} or ${code("-l '!canary'")}.`,
  'namespace-named': (p: { text: string; where: string; near: readonly string[]; more: number }): Text =>
    text`${code(p.text)} is a namespace in ${p.where}, not a workload.${p.near.length > 0 ? text` Did you mean ${codes(p.near, p.more)} in it?` : ' No workload is in it.'} ${code(`/ops pods -n ${p.text}`)} lists its pods.`,
  'node-named': (p: { node: string; where: string }): Text =>
    text`${code(p.node)} is a node in ${p.where}, not a workload. ${code(`/ops describe node ${p.node}`)} shows it.`,
  'which-of-kind': (p: { kind: string }): Text =>
    text`${code(p.kind)} is a kind, not a name. Name one of them, for example ${code(`/ops describe ${p.kind}/NAME`)}; ${code(`/ops get ${p.kind}`)} lists them.`,
  'bad-regex': (p: { pattern: string; problem: string }): Text =>
    text`${code(p.pattern)} is not a regular expression${p.problem ? text`: ${p.problem}` : ''}. ${code('--grep')} takes RE2’s syntax: no look-around, no back-references; ${code('\\')} before a sign that is meant as it is.`,
  'regex-too-long': (p: { length: number; most: number }): Text =>
    text`The regular expression has ${p.length} characters; ${code('--grep')} takes at most ${p.most}. Look for a part of it.`,
  'no-scale': (p: { kind: string; name: string }): Text =>
    text`A ${p.kind} cannot be scaled: ${code(p.name)} has one pod for each node that suits it.`,
  /** `ready`: where it is fewer than wanted. */
  'same-replicas': (p: { name: string; replicas: number; ready?: number }): Text =>
    text`${code(p.name)} is set to ${bold(String(p.replicas))} already. ${p.ready === undefined ? text`Nothing to do; ${code(`/ops pods ${p.name}`)} shows how its pods are.` : text`But only ${bold(`${p.ready} of ${p.replicas}`)} are ready: ${code(`/ops why ${p.name}`)} says why.`}`,
  'which-entry': (p: { names: readonly string[] }): Text =>
    p.names.length > 0
      ? text`Which one? The timetable has ${codes(p.names)}: ${code(`/ops timetable skip ${p.names[0] ?? ''}`)}.`
      : text`Nothing is done at set times: hikeshi.yaml has no ${code('timetable')}.`,
  'no-such-entry': (p: { name: string; near: readonly string[]; names: readonly string[] }): Text =>
    text`The timetable has no ${code(p.name)}.${didYouMean(p.near)} ${p.names.length > 0 ? text`It has ${codes(p.names)}.` : text`It is empty: ${code('timetable')} in hikeshi.yaml says what is done at set times.`}`,
  'runs-already': (p: { name: string; replicas: number }): Text =>
    text`${code(p.name)} is set to ${bold(String(p.replicas))}, and ${code('back')} is for what stands at 0. Nothing to do; ${code(`/ops pods ${p.name}`)} shows how its pods are.`,
  'nothing-to-go-back-to': (p: { name: string }): Text =>
    text`Hikeshi has not scaled this ${code(p.name)} to 0, so it does not know how many there were. Write the number: ${code(`/ops scale ${p.name} 3`)}.`,
  'not-replicas': (p: { text: string; most: number; words: string }): Text =>
    text`${code(p.text)} is no number of pods that it could have. Write a whole number up to ${p.most} last: ${code(p.words)}.`,
  'two-numbers': (p: { numbers: readonly string[] }): Text =>
    text`${codes(p.numbers)}? Say how many once: the number last, or with ${code('--replicas')}.`,
  'which-replicas': (p: { target: string }): Text =>
    text`To how many? Write the number last: ${code(`/ops scale ${p.target} 5`)}.`,
  'not-a-revision': (p: { text: string }): Text =>
    text`${code(p.text)} is no revision. Write its number, as ${code('/ops history')} lists it: ${code('/ops rollback NAME --to 3')}.`,
  'no-earlier-revision': (p: { name: string }): Text =>
    text`${code(p.name)} has no earlier revision to go back to: it is the first one, or its ${code('revisionHistoryLimit')} keeps no others.`,
  'no-such-revision': (p: { name: string; revision: number; revisions: readonly string[] }): Text =>
    text`${code(p.name)} has no revision ${code(String(p.revision))} (any more). It has ${codes(p.revisions)}; ${code(`/ops history ${p.name}`)} lists all.`,
  'same-revision': (p: { name: string; revision: number }): Text =>
    text`${code(p.name)} runs revision ${bold(String(p.revision))} already. Nothing to do; ${code(`/ops history ${p.name}`)} lists the others.`,
  'rolled-back-already': (p: { name: string; from: number; by: string; at: string; job: number }): Text =>
    text`${code(p.name)} is rolled back ${bold('already')}: ${p.by} took it away from revision ${p.from} at ${timeOf(new Date(p.at))} (JOB-${p.job}). Further back: ${code(`/ops history ${p.name}`)}.`,
  'revision-moved': (p: { name: string; from: number; runs: number }): Text =>
    text`${code(p.name)} runs revision ${bold(String(p.runs))} by now, not ${p.from}, which this was about. Nothing is changed; ${code(`/ops history ${p.name}`)} shows what came.`,
  'revision-not-yet': (p: { name: string }): Text =>
    text`What ${code(p.name)} was changed to has no revision yet, so there would be no way back to it. Try again in a moment.`,
  'one-pod-at-a-time': (): Text =>
    text`One pod at a time: ${code('/ops delete POD')}. Those with some labels go together: ${code('/ops delete NAME -l track=canary')}.`,
  'which-pods': (p: {
    text: string;
    workload: string;
    candidates: readonly string[];
    pods: readonly string[];
    statuses: readonly string[];
    more: number;
  }): Text =>
    text`Which pod? ${podsOf(p.pods, p.statuses)}${p.more > 0 ? ` and ${p.more} more` : ''}. Or those with some labels: ${code('-l')}. ${code(`/ops restart ${p.workload}`)} replaces all of them in turn.`,
  'only-pods': (p: { kind: string; words: string }): Text =>
    text`${bold('Only pods are ever deleted here')}, by name or by label (${code('-l')}), no ${code(p.kind)}. ${code(p.words)} lists pods.`,
  'no-such-pod': (p: { pod: string; workload: string }): Text =>
    text`${code(p.workload)} has no pod ${code(p.pod)} (any more). ${code(`/ops pods ${p.workload}`)} lists those it has.`,
  'pod-going': (p: { pod: string; workload: string }): Text =>
    text`${code(p.pod)} is being deleted already. Should it stay, its node may be gone; deleting by force is not done here.`,
  'no-pods-with-labels': (p: { name: string; selector: string }): Text =>
    text`No pod of ${code(p.name)} has the labels ${code(p.selector)}.`,
  'too-many-pods': (p: { name: string; pods: number; most: number }): Text =>
    text`That would be ${p.pods} pods; at most ${p.most} are deleted at once. ${code(`/ops restart ${p.name}`)} replaces all of them in turn.`,
  'no-file': (p: { reason: string }): Text =>
    text`Slack did not take the file (${code(p.reason)}). Ask for less, for instance one namespace; ${code('hikeshi check')} tells what the app lacks.`,
  'no-way-back': (p: { verb: string }): Text =>
    text`${code(p.verb)} cannot be taken back, so it is not done for a while. Leave ${code('--for')} out.`,
  'not-a-term': (p: { typed: string }): Text =>
    text`${code(p.typed)} is no time from 1m to 30d. Write it like ${code('--for 2h')} or ${code('--for 90m')}.`,
  'auto-without-for': (): Text =>
    text`${code('--auto')} takes back what ${code('--for')} has made. Say for how long: ${code('--for 2h --auto')}.`,
  'no-metrics': (p: { cluster: string }): Text =>
    text`Cluster ${bold(p.cluster)} has no metrics: nothing answers for ${code('metrics.k8s.io')}. Install metrics-server, or look whether its pods in ${code('kube-system')} run.`,
  'ambiguous-target': (p: { text: string; candidates: readonly string[]; more: number }): Text =>
    text`${code(p.text)} could be ${codes(p.candidates, p.more)}. Say which: each of these can be typed as it stands.`,
  'no-such-guardrail': (p: { typed: string; near: readonly string[]; rules: readonly string[] }): Text =>
    text`There is no guardrail ${code(p.typed)}.${didYouMean(p.near)} There are ${codes(p.rules)}.`,
  'no-such-person': (p: { typed: string; several: boolean }): Text =>
    text`${code(p.typed)} is ${p.several ? 'what more than one person is called' : 'nobody in this workspace'}. Mention the person, or write ${code('me')}.`,
  'silence-away': (p: { source: string; why: string }): Text => silence.failed.away(p),
  'silence-refused': (p: { source: string; why: string }): Text => silence.failed.refused(p),
  'silence-missing': (p: { source: string; why: string }): Text => silence.failed.missing(p),
  'silence-unsure': (p: { source: string; why: string }): Text => silence.failed.unsure(p),
  'wrong-kind': (p: { kind: string; name?: string; where: string; shown: boolean }): Text =>
    text`There is no namespace ${code(p.kind)} in ${p.where}. If you mean the kind: before a name this takes deployment, statefulset, daemonset and pod only.${
      p.shown
        ? text` ${code(`/ops describe ${p.kind}/${p.name ?? 'NAME'}`)} shows ${p.name === undefined ? 'one' : 'it'}.`
        : ''
    }`,
  'no-such-namespace': (p: {
    namespace: string;
    where: string;
    near: readonly string[];
    namespaces: readonly string[];
    more: number;
  }): Text =>
    text`There is no namespace ${code(p.namespace)} in ${p.where}.${
      p.near.length > 0 ? didYouMean(p.near) : text` Choose ${codes(p.namespaces, p.more)}.`
    }`,
};

/** Of kinds that are not listed: what there is. */
const UNLISTED = {
  secrets: (): Text =>
    text`Secrets are never shown here, nor listed. ${code('/ops configmaps')} lists config maps with their keys.`,
  'config maps': (): Text =>
    text`What is in a config map is never shown here. ${code('/ops configmaps')} lists them with their keys.`,
  jobs: (): Text =>
    text`Jobs and CronJobs of Kubernetes are not listed here; ${code('/ops pods')} shows their pods. ${code('/ops jobs')} are Hikeshi's own.`,
  revisions: (kind: string): Text =>
    text`${code(kind)} is not listed here: ${code('/ops history NAME')} has what a workload ran, ${code('/ops pods NAME')} what it runs.`,
  all: (): Text =>
    text`One list at a time: ${code('/ops workloads')}, ${code('/ops pods')} or ${code('/ops services')}; ${code('/ops help')} has all.`,
  kind: (kind: string): Text => text`${code(kind)} is not listed here. ${code('/ops help')} has what is.`,
} as const;

/** Of what kubectl does and nothing here does: what there is. */
const NOT_DONE = {
  shell: text`Nothing is run or opened in a pod: ${code('/ops logs NAME')}, ${code('/ops why NAME')} and ${code('/ops describe NAME')} look into it.`,
  nodes: text`Nodes are only looked at: ${code('/ops nodes')}, ${code('/ops describe node NAME')}.`,
  changes: text`What changes things is ${code('scale')}, ${code('restart')}, ${code('rollback')} and ${code('delete')} of pods; the rest goes the way your manifests go. ${code('/ops yaml NAME')} shows what stands.`,
  images: text`Another version comes the way your releases come; ${code('/ops rollback NAME')} goes back to one before, and ${code('/ops history NAME')} lists them.`,
} as const;

/** Of kubectl's flags: what does that here. */
const INSTEAD = {
  watch: text`Ask again to see what is new; ${code('/ops logs NAME -f')} follows a log, ${code('/ops rollout status NAME')} has a button that looks again.`,
  times: text`Each line has its time already, in UTC.`,
  containers: text`One container at a time, with ${code('-c NAME')}; the answer names the others.`,
  force: text`Nothing is forced here.`,
  yaml: text`${code('/ops yaml NAME')} shows one object as YAML, ${code('/ops yaml svc/NAME')} another kind.`,
} as const;

const SELECTOR_PROBLEMS: Readonly<Record<SelectorProblem, string>> = {
  open: 'a bracket is open and never closed',
  stray: 'a bracket is closed that was never opened',
  empty: 'nothing stands before or after a comma',
  list: 'after in and notin stand values in brackets',
  sign: 'it has a sign that no label has',
};

function usage(line: string): Text {
  return text`Usage: ${code(line)}`;
}

/** ` Did you mean a or b?`, or nothing. */
function didYouMean(near: readonly string[]): Text {
  return near.length === 0 ? [] : text` Did you mean ${codes(near)}?`;
}

/** `a, b or c`; with `more`: `a, b or 3 more`. */
function podsOf(pods: readonly string[], statuses: readonly string[]): Text {
  if (pods.length === 0) return text`None runs`;
  return joinText(
    pods.map((name, i) => text`${code(name)}: ${statuses[i] ?? ''}`),
    ', ',
  );
}

function codes(values: readonly string[], more = 0): Text {
  const all: Inline[] = [...values.map(code), ...(more > 0 ? [`${more} more`] : [])];
  const last = all.at(-1);
  if (all.length < 2 || last === undefined) return all;
  const first = all.slice(0, -1).map((inline): Text => [inline]);
  return [...joinText(first, ', '), ' or ', last];
}
