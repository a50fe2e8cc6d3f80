import { expect, it } from 'vitest';
import { loadModules } from '../../../src/app/modules.ts';
import { JAPANESE } from '../../../src/core/ask/japanese.ts';
import { fromKubectl } from '../../../src/core/ask/kubectl-words.ts';
import { findVerb, parseWords } from '../../../src/core/ask/parse.ts';
import { PRESSED } from '../../../src/core/ask/pressed-words.ts';
import { asTyped } from '../../../src/core/ask/say.ts';
import { tokenize } from '../../../src/core/ask/tokenize.ts';

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

it('the commonest verbs may be Japanese: each is a command, or a button of an incident', () => {
  for (const [typed, ours] of JAPANESE) {
    expect(asTyped(fromKubectl(tokenize(`/ops ${typed} shop/cart -e production`), commands))).toBe(
      `${ours} shop/cart -e production`,
    );
    expect(commands.has(ours) || PRESSED.has(ours), typed).toBe(true);
  }
  expect(asTyped(fromKubectl(tokenize('なぜ？'), commands))).toBe('why');
  expect(findVerb(commands, '再起動').name).toBe('restart');
  const near = { code: 'no-such-verb', params: { verb: '再起', near: ['再起動'] } };
  expect(() => findVerb(commands, '再起')).toThrow(expect.objectContaining(near));
});

it('no word of one command is a word of another', () => {
  const all = [...commands.values()].flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(all.filter((word, i) => all.indexOf(word) !== i)).toEqual([]);
});

it.each([
  ['get pods', 'pods'],
  ['/ops kubectl get deploy', 'workloads --kind deployment'],
  ['get sts -n data', 'workloads --kind statefulset -n data'],
  ['ds', 'workloads --kind daemonset'],
  ['get deploy cart', 'workloads --kind deployment cart'],
  ['get deploy/cart -o wide', 'workloads --kind deployment cart -o wide'],
  ['get deployments.apps', 'workloads --kind deployment'],
  ['get po/cart-x2x4z', 'po cart-x2x4z'],
  ['get svc/cart', 'svc cart'],
  ['workloads', 'workloads'],
  ['rollout undo deployment cart', 'rollback deployment cart'],
  ['rollout status deployment cart', 'rollout status deployment cart'],
  ['pg cancel orders', 'pg-cancel orders'],
  ['pg terminate 4711 orders', 'pg-terminate 4711 orders'],
  ['kubectl -n shop logs deploy/checkout --tail=5', 'logs -n shop deploy/checkout --tail=5'],
  ['-n shop pods', 'pods -n shop'],
  ['-n=shop -A pods', 'pods -n=shop -A'],
  ['get -n shop pods', 'pods -n shop'],
  [
    'kubectl --namespace shop -e staging get deploy cart',
    'workloads --namespace shop -e staging --kind deployment cart',
  ],
  ['-n shop rollout undo cart', 'rollback -n shop cart'],
  ['-n shop', '-n shop'],
  ['--help', '--help'],
  ['-h pods', '-h pods'],
  ['jobs', 'jobs'],
  ['"deploy/cart"', '"deploy/cart"'],
  ['shop/cart', 'shop/cart'],
])('%s is %s', (typed, ours) => {
  expect(asTyped(fromKubectl(tokenize(typed), commands))).toBe(ours);
});

it.each([
  ['rollout restart deployment cart', { target: 'deployment/cart' }],
  ['rollout restart deployment -n shop cart', { target: 'deployment/cart', namespace: 'shop' }],
  ['rollout undo deployment cart --to 3', { target: 'deployment/cart', to: '3' }],
  ['rollout undo deployment cart --to-revision=2', { target: 'deployment/cart', to: '2' }],
  ['rollout undo cart --to-revision 2', { target: 'cart', to: '2' }],
  ['rollout history sts db', { target: 'sts/db' }],
  ['scale deployment cart --replicas 3', { target: 'deployment/cart', replicas: '3' }],
  ['scale deployment cart 3', { target: 'deployment/cart', number: '3' }],
  ['scale --replicas=5 deployment cart -n shop', { target: 'deployment/cart', replicas: '5', namespace: 'shop' }],
  ['scale deployment back', { target: 'deployment', number: 'back' }],
  ['scale cart 3', { target: 'cart', number: '3' }],
  ['delete pod cart-x2x4z', { target: 'pod/cart-x2x4z' }],
  ['delete pod/cart-x2x4z', { target: 'pod/cart-x2x4z' }],
  ['logs deploy cart --tail 5', { target: 'deploy/cart', tail: '5' }],
  ['top pods sts db', { what: 'pods', target: 'sts/db' }],
  ['top pods cart', { what: 'pods', target: 'cart' }],
])('%s means what kubectl means by it', (typed, given) => {
  const [verb, ...words] = fromKubectl(tokenize(typed), commands);
  expect(parseWords(findVerb(commands, verb!.value), words).given).toMatchObject(given);
});

it.each(['jobs', 'jobs cancel JOB-7', 'jobs JOB-7 -n shop', 'jobs extend JOB-7 2h', 'jobs backup'])(
  '%s is about our own jobs',
  (typed) => {
    expect(fromKubectl(tokenize(typed), commands)).toEqual(tokenize(typed));
  },
);

const read = (typed: string): unknown => fromKubectl(tokenize(typed), commands);

it.each([
  ['get jobs -n shop', 'jobs', 'jobs'],
  ['kubectl get job/backup', 'job', 'jobs'],
  ['get cronjobs', 'cronjobs', 'jobs'],
  ['cj', 'cj', 'jobs'],
  ['jobs -n shop', 'jobs', 'jobs'],
  ['jobs -A', 'jobs', 'jobs'],
  ['-n shop jobs', 'jobs', 'jobs'],
  ['jobs backup --namespace=shop', 'jobs', 'jobs'],
  ['job/backup', 'job', 'jobs'],
  ['get secret', 'secret', 'secrets'],
  ['secrets -n shop', 'secrets', 'secrets'],
  ['get pvc', 'pvc', 'kind'],
  ['get ing -n shop', 'ing', 'kind'],
  ['get rs', 'rs', 'revisions'],
  ['get all -n shop', 'all', 'all'],
])('%s is said not to be listed', (typed, kind, what) => {
  expect(() => read(typed)).toThrow(expect.objectContaining({ code: 'not-listed', params: { kind, what } }));
});

it.each([
  ['exec -it checkout -- sh', 'exec', 'shell'],
  ['kubectl port-forward svc/checkout 8080', 'port-forward', 'shell'],
  ['drain node-1', 'drain', 'nodes'],
  ['-n shop apply -f x.yaml', 'apply', 'changes'],
  ['edit deploy checkout', 'edit', 'changes'],
  ['set image deploy/checkout app=foo', 'set image', 'images'],
])('%s is said not to be done here, and what is', (typed, words, instead) => {
  expect(() => read(typed)).toThrow(expect.objectContaining({ code: 'not-done', params: { words, instead } }));
});

it('two lists are asked for one by one', () => {
  expect(() => read('get pods,svc -n shop')).toThrow(
    expect.objectContaining({ code: 'one-list', params: { typed: 'pods,svc', kinds: ['pods', 'svc'] } }),
  );
});
