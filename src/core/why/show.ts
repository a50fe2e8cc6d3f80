import { type Block, type Button, cut, type Message, type Text } from '../../domain/content.ts';
import { maskSecrets } from '../../domain/secrets.ts';
import type { EcrTag } from '../../domain/why/ecr.ts';
import type { Cause, Evidence, Finding, RegistryEvidence, Step, UseEvidence } from '../../domain/why/finding.ts';
import { type Target, targetKey } from '../../domain/workload.ts';
import { type Catalog, type Sentence, together } from '../../messages/catalog.ts';
import type { SubjectRef } from '../../ports/cluster.ts';
import { roughAgeOf } from '../age.ts';
import { sayButton } from '../ask/say.ts';
import { bytesText } from '../bytes.ts';
import type { Diagnosis } from './diagnose.ts';
import { lookButton } from './next.ts';

/** What fits a phone; the rest is counted. */
const CAUSES = 3;
const EVIDENCE = 2;
const PODS = 2;
const BUTTONS = 4;
const EVIDENCE_MAX = 240;
const LINE_MAX = 240;

/** Where the subject of a diagnosis is, and the workload that its next steps are about, if any. */
export interface Place {
  readonly environment: string;
  readonly cluster: string;
  readonly workload?: Target;
}

/** The causes, worst first, each with what it rests on; then the log that tells most, and what to do as buttons. */
export function showDiagnosis(diagnosis: Diagnosis, place: Place, now: Date, m: Catalog): Message {
  const { verdict, log } = diagnosis;
  const { findings, ready, of } = verdict;
  const said = m.why.ready({ of: nameOf(diagnosis.subject, place), ready, wanted: of });
  const shown = findings.slice(0, CAUSES);
  const causes = shown.flatMap((finding) => causeBlocks(finding, diagnosis, now, m));
  const verdictWords = shown.length > 0 ? sentenceOf(shown[0]!, m) : m.why[noCause(verdict.state)](verdict);
  const rest = notes(diagnosis, findings.length - shown.length, m);
  const buttons = buttonsOf(shown, diagnosis.subject, place, m);
  return {
    text: together([said, verdictWords], m),
    blocks: [
      { kind: 'text', text: shown.length > 0 ? said : together([said, verdictWords], m) },
      ...causes,
      ...(log ? [{ kind: 'code' as const, code: log.lines.map((line) => cut(line, LINE_MAX)).join('\n') }] : []),
      ...(rest.length > 0 ? [{ kind: 'context' as const, lines: rest }] : []),
      ...(buttons.length > 0 ? [{ kind: 'buttons' as const, buttons }] : []),
    ],
  };
}

function noCause(state: Diagnosis['verdict']['state']): 'healthy' | 'starting' | 'unknown' {
  return state === 'found' ? 'unknown' : state;
}

/** Parameters and sentence were chosen by the same name. */
function sentenceOf({ cause }: Finding, m: Catalog): Text {
  const sentence: Sentence<Cause> = m.why.cause[cause.id];
  return sentence(cause);
}

function causeBlocks(finding: Finding, diagnosis: Diagnosis, now: Date, m: Catalog): readonly Block[] {
  const { pods, evidence } = finding;
  const { of } = diagnosis.verdict;
  const names = pods.slice(0, PODS);
  const alone = diagnosis.subject.kind === 'Pod' || pods.length === 0;
  const whose = alone ? [] : m.why.pods({ names, more: pods.length - names.length, all: pods.length >= of });
  const lines = evidence.slice(0, EVIDENCE).map((one) => evidenceLine(one, now, m));
  return [
    { kind: 'text', text: together([sentenceOf(finding, m), whose], m) },
    ...(lines.length > 0 ? [{ kind: 'context' as const, lines }] : []),
  ];
}

function evidenceLine(evidence: Evidence, now: Date, m: Catalog): Text {
  if ('ecr' in evidence) return registryLine(evidence, now, m);
  if ('use' in evidence) return useLine(evidence, m);
  const { reason, message, count = 1, at } = evidence;
  const age = at ? roughAgeOf(now.getTime() - at.getTime()) : '';
  const words = cut(maskSecrets(message.replace(/\s+/g, ' ').trim()), EVIDENCE_MAX);
  return m.why.evidence({ reason, message: words, count, age });
}

function registryLine({ ecr, image }: RegistryEvidence, now: Date, m: Catalog): Text {
  const words = m.why.ecr;
  const age = (at: Date | undefined): string => (at ? roughAgeOf(now.getTime() - at.getTime()) : '');
  const aged = ({ tag, pushedAt }: EcrTag) => ({ tag, age: age(pushedAt) });
  const { region, repository, account } = image;
  const name = 'tag' in image.by ? image.by.tag : shortDigest(image.by.digest);
  switch (ecr.is) {
    case 'there':
      return words.there({ name, digest: shortDigest(ecr.digest), age: age(ecr.pushedAt) });
    case 'no-image':
      return words.noImage({ name, repository, near: ecr.near.map(aged), newest: ecr.newest.map(aged) });
    case 'no-repository':
      return words.noRepository({ repository, account, region });
    case 'not-allowed':
      return words.notAllowed({ action: ecr.action, repository });
    case 'no-credentials':
      return words.noCredentials();
    case 'credentials-refused':
      return words.credentialsRefused({ why: ecr.why });
    case 'away':
      return words.away({ region, why: ecr.why });
  }
}

function useLine({ use }: UseEvidence, m: Catalog): Text {
  const words = m.why.use;
  if (use.is === 'no-metrics') return words.noMetrics();
  if (use.is !== 'measured') return words[use.is]();
  const { bytes, limit, pods } = use;
  const percent = limit > 0 ? Math.round((bytes / limit) * 100) : undefined;
  return words.measured({ used: bytesText(bytes), limit: bytesText(limit), percent, pods });
}

/** As `docker images` prints them. */
function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

function notes({ more, unseen }: Diagnosis, causes: number, m: Catalog): readonly Text[] {
  return [
    ...(causes > 0 ? [m.why.moreCauses({ more: causes })] : []),
    ...(more > 0 ? [m.why.morePods({ more })] : []),
    ...(unseen.length > 0 ? [m.why.unseen({ unseen })] : []),
  ];
}

/** `production/main/shop/deployment/checkout`, or a pod's path. */
export function nameOf({ kind, namespace, name }: SubjectRef, { environment, cluster, workload }: Place): string {
  if (kind !== 'Pod' && workload) return targetKey(workload);
  return [environment, cluster, namespace, name].join('/');
}

/** Each step once, those of the worst cause first; where there is nothing to do, what there is to see. */
function buttonsOf(findings: readonly Finding[], subject: SubjectRef, place: Place, m: Catalog): readonly Button[] {
  const all = findings.flatMap((finding) => {
    const steps = finding.next.flatMap((step) => buttonOf(step, subject, place, m));
    const isDone = steps.length > 0 && !finding.cause.id.startsWith('quota-');
    return isDone ? steps : [lookButton(finding, subject, place, m), ...steps];
  });
  const once = [...new Map(all.map((button) => [String(button.carries['say']), button])).values()];
  const labels = new Set<string>();
  // The same words twice would be two buttons that nobody can tell apart: that of the worse cause stays.
  return once.filter(({ label }) => !labels.has(label) && labels.add(label)).slice(0, BUTTONS);
}

function buttonOf(step: Step, { namespace }: SubjectRef, place: Place, m: Catalog): readonly Button[] {
  const words = m.why.buttons;
  if (step.do === 'logs') {
    const { pod, container, previous } = step;
    const path = [place.environment, place.cluster, namespace, pod].join('/');
    const label = previous ? words.previous({ container }) : words.logs({ container });
    return [sayButton(label, `logs ${path} -c ${container}${previous ? ' --previous' : ''}`)];
  }
  if (!place.workload) return [];
  const key = targetKey(place.workload);
  if (step.do === 'scale') return [sayButton(words.scale(step.to), `scale ${key} ${step.to}`)];
  const from = step.do === 'rollback' && step.from !== undefined ? ` --from ${step.from}` : '';
  return [sayButton(words[step.do], `${step.do} ${key}${from}`)];
}
