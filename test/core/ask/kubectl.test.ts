import { expect, it } from 'vitest';
import { loadModules } from '../../../src/app/modules.ts';
import { findVerb } from '../../../src/core/ask/parse.ts';

const { commands } = loadModules();

/** After `kubectl get`: full, plural and short, as `kubectl api-resources` has them. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  pods: ['po', 'pod', 'pods'],
  workloads: [
    'deploy',
    'deployment',
    'deployments',
    'sts',
    'statefulset',
    'statefulsets',
    'ds',
    'daemonset',
    'daemonsets',
  ],
  services: ['svc', 'service', 'services'],
  nodes: ['no', 'node', 'nodes'],
  namespaces: ['ns', 'namespace', 'namespaces'],
  endpoints: ['ep', 'endpoints', 'endpointslices'],
  configmaps: ['cm', 'configmap', 'configmaps'],
  serviceaccounts: ['sa', 'serviceaccount', 'serviceaccounts'],
  netpol: ['netpol', 'networkpolicy', 'networkpolicies'],
  quota: ['quota', 'resourcequota', 'resourcequotas'],
  pdb: ['pdb', 'poddisruptionbudget', 'poddisruptionbudgets'],
  hpa: ['hpa', 'horizontalpodautoscaler', 'horizontalpodautoscalers'],
  events: ['ev', 'event', 'events'],
};

it.each(Object.entries(KINDS))("%s is found by all of kubectl's names for it", (verb, words) => {
  for (const word of words) expect(findVerb(commands, word).name, word).toBe(verb);
});

it('no word of one command is a word of another', () => {
  const all = [...commands.values()].flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(all.filter((word, i) => all.indexOf(word) !== i)).toEqual([]);
});
