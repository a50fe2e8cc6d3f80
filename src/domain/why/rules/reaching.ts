import { selects } from '../../label-selector.ts';
import type { Facts, PodFacts, PolicyFacts, PolicyRule, ServiceFacts } from '../facts.ts';
import { type Cause, type Finding, findingOf, type Rule } from '../finding.ts';

const DNS = 53;

/** Why nobody reaches pods that run: services that point past them, policies that shut them in or off. */
export const reaching: Rule = (facts) => [
  ...facts.services.flatMap((service) => served(service, facts)),
  ...policed(facts),
];

function served(service: ServiceFacts, facts: Facts): readonly Finding[] {
  const labels = facts.workload?.labels ?? facts.pods[0]?.labels ?? {};
  const cause = isSelected(service, labels) ? portOf(service, facts) : selectorOf(service, labels);
  return cause ? [findingOf(cause, undefined, [])] : [];
}

function isSelected({ selector }: ServiceFacts, labels: Readonly<Record<string, string>>): boolean {
  return selects({ matchLabels: selector }, labels);
}

/** It selects nothing at all, though it looks as if it should: these labels, with other values. */
function selectorOf(
  { name, selector, addresses }: ServiceFacts,
  labels: Readonly<Record<string, string>>,
): Cause | undefined {
  if (addresses > 0) return undefined;
  const keys = Object.keys(selector);
  const differing = keys.filter((key) => labels[key] !== selector[key]);
  return {
    id: 'service-selector',
    service: name,
    selector: differing.map((key) => `${key}=${selector[key]}`).join(','),
    labels: differing.map((key) => (labels[key] === undefined ? `no ${key}` : `${key}=${labels[key]}`)).join(','),
  };
}

/** A named port has to be there; of a number one can only say that no container declares it, where they declare any. */
function portOf({ name, ports, headless }: ServiceFacts, { pods }: Facts): Cause | undefined {
  const containers = pods[0]?.containers.filter(({ init }) => !init) ?? [];
  const declared = containers.flatMap((c) => c.ports);
  const probed = containers.flatMap((c) => c.probed);
  if (headless || declared.length === 0) return undefined;
  const known = new Set<string | number>([...declared.flatMap((p) => [p.name, p.number]), ...probed]);
  const wrong = ports.find(({ target }) => !known.has(target));
  if (!wrong) return undefined;
  const names = declared.map((p) => (p.name ? `${p.number} (${p.name})` : `${p.number}`));
  return { id: 'service-port', service: name, target: String(wrong.target), ports: [...new Set(names)].join(', ') };
}

/** Policies add up: only what none of them lets pass is shut. */
function policed({ policies, services, pods, workload }: Facts): readonly Finding[] {
  const labels = workload?.labels ?? pods[0]?.labels ?? {};
  const [pod] = pods;
  if (!pod) return [];
  const into = policies.filter((p) => p.ingress);
  const outOf = policies.filter((p) => p.egress);
  const closed = services
    .filter((service) => isSelected(service, labels))
    .flatMap(({ ports }) => ports)
    .find(({ target, protocol }) => into.length > 0 && !passes(rulesOf(into, 'ingress'), target, protocol, pod));
  const names = (all: readonly PolicyFacts[]): readonly string[] => all.map(({ name }) => name);
  const noDns =
    outOf.length > 0 && !['UDP', 'TCP'].some((protocol) => passes(rulesOf(outOf, 'egress'), DNS, protocol, undefined));
  return [
    ...(closed
      ? [findingOf({ id: 'policy-port', policies: names(into), port: String(closed.target) }, undefined, [])]
      : []),
    ...(noDns ? [findingOf({ id: 'policy-dns', policies: names(outOf) }, undefined, [])] : []),
  ];
}

function rulesOf(policies: readonly PolicyFacts[], way: 'ingress' | 'egress'): readonly PolicyRule[] {
  return policies.flatMap((policy) => policy[way] ?? []);
}

/** @param pod whose containers may give a port its name; of what goes out it is unknown, so a name passes */
function passes(
  rules: readonly PolicyRule[],
  target: string | number,
  protocol: string,
  pod: PodFacts | undefined,
): boolean {
  const number = pod ? numberOf(target, pod) : Number(target);
  return rules.some(({ ports }) =>
    ports.length === 0
      ? true
      : ports.some((p) => {
          if (p.protocol !== protocol) return false;
          if (p.port === undefined) return true;
          if (typeof p.port === 'string') return pod === undefined || numberOf(p.port, pod) === number;
          return number >= p.port && number <= (p.endPort ?? p.port);
        }),
  );
}

function numberOf(port: string | number, { containers }: PodFacts): number {
  if (typeof port === 'number') return port;
  return containers.flatMap((c) => c.ports).find(({ name }) => name === port)?.number ?? Number.NaN;
}
