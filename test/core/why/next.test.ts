import { expect, it } from 'vitest';
import { parseWords } from '../../../src/core/ask/parse.ts';
import { tokenize } from '../../../src/core/ask/tokenize.ts';
import { discover } from '../../../src/core/discovery.ts';
import { showDiagnosis } from '../../../src/core/why/show.ts';
import type { Cause } from '../../../src/domain/why/finding.ts';
import { sentences } from '../../../src/messages/catalog.ts';
import { MODULES } from '../../../src/modules.generated.ts';
import { targetOf } from '../../support/shop.ts';

const app = { container: 'app' };
const pulled = { ...app, image: 'shop/checkout:1.4' };
const ended = { ...app, exitCode: 1, restarts: 3 };
const probed = { ...app, words: '503' };
const rolled = { updated: 1, desired: 2 };

const CAUSES: readonly Cause[] = [
  { id: 'image-not-found', ...pulled },
  { id: 'image-no-repository', ...pulled },
  { id: 'image-denied', ...pulled },
  { id: 'image-pull-secret', ...pulled, secret: 'regcred' },
  { id: 'image-name', ...pulled },
  { id: 'image-registry-away', ...pulled },
  { id: 'image-rate-limit', ...pulled },
  { id: 'image-platform', ...pulled },
  { id: 'image-not-on-node', ...pulled },
  { id: 'image-pull', ...pulled },
  { id: 'image-kept-from-node', ...pulled, by: 'rights' },
  { id: 'image-pushed-since', ...pulled },
  { id: 'config-missing', what: 'ConfigMap', name: 'settings' },
  { id: 'config-key-missing', what: 'Secret', name: 'db', key: 'password' },
  { id: 'runs-as-root', ...app },
  { id: 'no-such-command', ...app, command: 'serve' },
  { id: 'wrong-architecture', ...app },
  { id: 'container-refused', ...app, reason: 'CreateContainerError' },
  { id: 'oom-killed', ...app, limit: '256Mi', restarts: 3 },
  { id: 'crashes', ...ended },
  { id: 'init-fails', ...ended },
  { id: 'ends-at-once', ...app, restarts: 3 },
  { id: 'liveness', ...probed },
  { id: 'startup', ...probed },
  { id: 'readiness', ...probed },
  { id: 'not-ready', ...app },
  { id: 'readiness-gate', gates: ['lb/one'] },
  { id: 'unschedulable', reasons: [] },
  { id: 'no-nodes' },
  { id: 'scheduling-gated' },
  { id: 'scheduler-silent', scheduler: 'own' },
  { id: 'fargate', why: 'profile' },
  { id: 'claim-missing', claim: 'data' },
  { id: 'claim-unbound', claim: 'data', storageClass: 'gp3' },
  { id: 'volume-in-use', volume: 'data' },
  { id: 'volume-not-mounted', volume: 'data' },
  { id: 'pod-network' },
  { id: 'quota-exceeded', quota: 'few', limits: [] },
  { id: 'quota-unspecified', quota: 'few', fields: 'requests.cpu' },
  { id: 'pod-security', level: 'restricted' },
  { id: 'service-account', name: 'own' },
  { id: 'admission-webhook', webhook: 'own' },
  { id: 'limit-range', words: 'minimum cpu usage' },
  { id: 'create-refused' },
  { id: 'paused', ...rolled },
  { id: 'scaled-to-zero' },
  { id: 'suits-no-node' },
  { id: 'on-delete', ...rolled },
  { id: 'deadline-passed', seconds: 600 },
  { id: 'node-not-ready', node: 'node-1' },
  { id: 'evicted', node: '', resource: 'memory' },
  { id: 'node-refused', node: 'node-1', reason: 'OutOfcpu' },
  { id: 'stuck-terminating', finalizers: [], since: new Date(0) },
  { id: 'service-selector', service: 'checkout', selector: 'app=a', labels: 'app=b' },
  { id: 'service-port', service: 'checkout', target: '80', ports: '8080' },
  { id: 'policy-port', policies: ['deny'], port: '8080' },
  { id: 'policy-dns', policies: ['deny'] },
];

const { commands } = discover(MODULES);
const m = sentences('en');
const workload = targetOf('checkout');

/** Labels with what they say. */
function buttonsOf(cause: Cause, lone = false): readonly string[] {
  const place = { environment: 'production', cluster: 'main', ...(!lone && { workload }) };
  const subject = lone ? ({ kind: 'Pod', namespace: 'shop', name: 'import-x2x4z' } as const) : workload;
  const findings = [{ cause, pods: lone ? [subject.name] : [], evidence: [], next: [] }];
  const verdict = { state: 'found', findings, ready: 0, of: 1, seen: [] } as const;
  const { blocks } = showDiagnosis({ subject, verdict, more: 0, unseen: [] }, place, new Date(0), m);
  return blocks.flatMap((block) =>
    block.kind === 'buttons' ? block.buttons.map(({ label, carries }) => `${label} = ${String(carries['say'])}`) : [],
  );
}

it('every cause has a next step, as words that are a command, of a workload and of a lone pod', () => {
  expect(new Set(CAUSES.map(({ id }) => id))).toEqual(new Set(Object.keys(m.why.cause)));
  for (const cause of CAUSES)
    for (const lone of [false, true]) {
      const [button] = buttonsOf(cause, lone);
      const [verb, ...words] = tokenize(button?.split(' = ')[1] ?? '');
      const command = commands.get(verb?.value ?? '');
      expect(command, `${cause.id}: ${button}`).toMatchObject({ kind: 'query' });
      expect(() => parseWords(command!, words), `${cause.id}: ${button}`).not.toThrow();
    }
});

it.each<[Cause, string]>([
  [{ id: 'quota-exceeded', quota: 'few', limits: [] }, 'Quota = quota -n shop -e production --cluster main'],
  [{ id: 'no-nodes' }, 'Nodes = nodes -e production --cluster main'],
  [{ id: 'node-not-ready', node: 'node-1' }, 'Describe node-1 = describe production/main/node/node-1'],
  [
    { id: 'service-port', service: 'shop', target: '80', ports: '8080' },
    'Describe shop = describe production/main/shop/service/shop',
  ],
  [{ id: 'pod-network' }, 'Events = events production/main/shop/deployment/checkout'],
])('%j: %s', (cause, button) => {
  expect(buttonsOf(cause)).toEqual([button]);
});
