import { conditionOf, type Facts } from '../facts.ts';
import { type Cause, type Evidence, findingOf, type QuotaLimit, type Rule } from '../finding.ts';

/** Pods that could not even be made: the controller says what refused them. */
export const creating: Rule = (facts) => {
  const { workload, pods, more, alone } = facts;
  if (!workload || alone || pods.filter((p) => !p.deletedBy).length + more >= workload.desired) return [];
  const failure = conditionOf(workload, 'ReplicaFailure');
  const event = facts.events.find((e) => e.reason === 'FailedCreate' && e.kind !== 'Pod');
  const said: Evidence | undefined = failure?.status === 'True' ? failure : event;
  if (!said) return [];
  const evidence = event && said === failure && event.message.includes(failure.message) ? event : said;
  return [findingOf(refusalOf(said.message), undefined, [evidence], refusedNext(facts))];
};

function refusedNext({ workload }: Facts) {
  return workload?.hasPrevious && workload.updated < workload.desired ? [{ do: 'history' as const }] : [];
}

/** Who refused, by the words of admission. Sources: kubernetes/plugin/pkg/admission. */
function refusalOf(words: string): Cause {
  return quotaOf(words) ?? policyOf(words) ?? { id: 'create-refused' };
}

function quotaOf(words: string): Cause | undefined {
  const exceeded = /exceeded quota: ([^,]+), requested: (.*), used: (.*), limited: (.*)$/s.exec(words);
  if (exceeded) return { id: 'quota-exceeded', quota: exceeded[1]!, limits: limitsOf(exceeded) };
  const unspecified = /failed quota: ([^:]+): must specify (.*)$/s.exec(words);
  return unspecified
    ? { id: 'quota-unspecified', quota: unspecified[1]!, fields: unspecified[2]!.replace(/ for: .*$/s, '') }
    : undefined;
}

/** `requests.cpu=2,pods=1` of each. */
function limitsOf([, , requested = '', used = '', hard = '']: RegExpExecArray): readonly QuotaLimit[] {
  const [wanted, had, most] = [requested, used, hard].map(
    (list) => new Map(list.split(',').map((pair) => pair.trim().split('=') as [string, string])),
  );
  return [...most!].map(([resource, value]) => ({
    resource,
    hard: value,
    requested: wanted!.get(resource) ?? '',
    used: had!.get(resource) ?? '',
  }));
}

function policyOf(words: string): Cause | undefined {
  const level = /violates PodSecurity "([^":]+)/.exec(words)?.[1];
  if (level) return { id: 'pod-security', level };
  const account = /serviceaccount "([^"]+)" not found/.exec(words)?.[1];
  if (account) return { id: 'service-account', name: account };
  const webhook = /(?:admission|failed calling) webhook "([^"]+)"|ValidatingAdmissionPolicy '([^']+)'/.exec(words);
  if (webhook) return { id: 'admission-webhook', webhook: (webhook[1] ?? webhook[2])! };
  const range = /(?:minimum|maximum) \S+ (?:usage|limit|request)[^,[\]]*|limit to request ratio[^,[\]]*/.exec(
    words,
  )?.[0];
  return range ? { id: 'limit-range', words: range.trim() } : undefined;
}
