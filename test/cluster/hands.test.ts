import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadModules } from '../../src/app/modules.ts';
import type { Action } from '../../src/core/define.ts';
import type { Target } from '../../src/domain/workload.ts';
import type { Revised, Wanted } from '../contracts/cluster.bench.ts';
import { AIKO, BEN, type Bench, expireLease, formWords, openBench } from '../core/pipeline/bench.ts';
import { type RealBench, realBench } from './bench.ts';
import { putOldWebhook, whyNotEtcd } from './etcd.ts';
import { whyNot } from './guard.ts';
import { refusingWebhook } from './webhook.ts';

/** The pipeline before a real API server: what else acts on the target, who says no, races, and workers that die. */
describe.skipIf(whyNot(process.env))('actions on a real API server', () => {
  const { actions } = loadModules();
  const [scale, restart, rollback, remove] = ['scale', 'restart', 'rollback', 'delete'].map(
    (verb) => actions.get(verb)!,
  ) as [Action, Action, Action, Action];
  let real: RealBench;
  let bench: Bench;
  beforeAll(async () => {
    real = await realBench();
  });
  afterAll(() => real?.close());
  afterEach(() => bench?.close());

  const begin = async (action: Action): Promise<void> => {
    bench = await openBench({ action, cluster: real.cluster });
  };

  async function deployed(name: string, wanted: Partial<Wanted> = {}): Promise<Target> {
    const ref = { kind: 'Deployment' as const, namespace: real.namespace, name };
    await real.deploy({ kind: 'Deployment', name, replicas: 2, ...wanted });
    await real.until(
      () => real.cluster.rollout(ref),
      (seen) => wanted.image !== undefined || seen.state === 'done',
    );
    return { environment: 'production', cluster: 'main', ...ref };
  }

  /** Waits until its controller has made the revision. */
  async function revised(target: Target, change: Revised): Promise<void> {
    const before = await real.cluster.history(target);
    await real.revise(target, change);
    await real.until(
      () => real.cluster.history(target),
      (seen) => seen!.revisions.length > before!.revisions.length && seen!.revisions[0]!.current,
    );
  }

  const replicasOf = async (target: Target) => (await real.cluster.workload(target))?.desired;
  const generationOf = async ({ namespace, name }: Target): Promise<number> => {
    const seen = await real.read<{ metadata: { generation: number } }>(
      `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
      'application/json',
    );
    return seen.metadata.generation;
  };

  /** Works as workers do, at the pace of the cluster. */
  async function toEnd(id: string): Promise<void> {
    await real.until(
      async () => {
        await bench.work();
        bench.advance(1_000);
        return bench.job(id);
      },
      (job) => job.finished_at !== null,
    );
  }

  const previewed = async (target: Target, args: object = {}): Promise<string> =>
    formWords((await bench.ask(AIKO, { target, args })).forms.at(-1)!);

  const selector = (target: Target) => ({ matchLabels: { app: target.name } });
  const scaleTargetRef = (target: Target) => ({ apiVersion: 'apps/v1', kind: 'Deployment', name: target.name });

  it('shows the disruption budget that it would go below, and which holds only what evicts', async () => {
    await begin(scale);
    const target = await deployed('budgeted', { replicas: 3 });
    await real.beside('poddisruptionbudgets', 'budgeted', { spec: { minAvailable: 2, selector: selector(target) } });
    await real.until(
      () => real.cluster.surroundings(target),
      ({ budgets }) => budgets.length > 0 && budgets[0]!.wants === 2,
    );
    expect(await previewed(target, { to: 1 })).toContain('The disruption budget budgeted wants 2 healthy');
    const id = await bench.confirmed(AIKO, { target, args: { to: 1 } });
    await toEnd(id);
    expect(await replicasOf(target)).toBe(1);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'healthy' } });
  });

  it('warns of an autoscaler, and says that it has taken the change back', async () => {
    await begin(scale);
    // Its pods never start, so that it is watched when the autoscaler looks.
    const target = await deployed('fought', { image: 'registry.k8s.io/pause:missing' });
    const bounds = { minReplicas: 1, maxReplicas: 3, scaleTargetRef: scaleTargetRef(target) };
    await real.beside('horizontalpodautoscalers', 'fought', { spec: bounds });
    await real.until(
      () => real.cluster.surroundings(target),
      ({ autoscaler }) => autoscaler !== undefined,
    );
    const id = await bench.confirmed(AIKO, { target, args: { to: 5 } });
    expect(await previewed(target, { to: 5 })).toContain('is in the hands of JOB-1');
    await toEnd(id);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'overruled', wanted: 5, is: 3 } });
    expect((await bench.post(id)).join('\n')).toContain(
      'Taken back: it was set to 5, and somebody else (an autoscaler',
    );
    expect(await previewed(target, { to: 5 })).toContain(
      'The autoscaler fought (1 to 3) sets its replicas: this will be taken back',
    );
  });

  it.each([
    ['restart', restart, {}],
    ['scale', scale, { to: 4 }],
    ['rollback', rollback, {}],
  ] as const)('%s: changed between preview and execute, nothing is done', async (verb, action, args) => {
    await begin(action);
    const target = await deployed(`moved-${verb}`);
    if (verb === 'rollback') await revised(target, { image: 'registry.k8s.io/pause:3.8' });
    const id = await bench.confirmed(AIKO, { target, args });
    const image = 'registry.k8s.io/pause:3.9';
    // Before its controller has made that revision, there is no way back to be planned.
    if (verb === 'rollback') await revised(target, { image });
    else if (verb === 'restart') await real.setImage(target, image);
    else await real.scale(target, 3);
    const before = await generationOf(target);
    await toEnd(id);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'changed' } });
    expect(await generationOf(target)).toBe(before);
  });

  it('rolls a broken release back with what differs in the preview, and takes that back again', async () => {
    await begin(rollback);
    const target = await deployed('released');
    await revised(target, { image: 'registry.k8s.io/pause:missing', env: { LEVEL: 'debug' } });
    const form = await previewed(target);
    expect(form).toContain('Revision 2 → 1');
    expect(form).toContain('app image: registry.k8s.io/pause:missing → registry.k8s.io/pause:3.10');
    expect(form).toContain('removes LEVEL');
    expect(form).not.toContain('debug');
    const id = await bench.confirmed(AIKO, { target });
    await toEnd(id);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'healthy', done: 2, of: 2 } });
    const undo = (await bench.postButtons(id)).find(({ label }) => label === 'Undo')!;
    const { forms } = await bench.click(BEN, undo.id, undo.carries);
    expect(formWords(forms.at(-1)!)).toContain('Revision 3 → 2');
    const carried = forms.at(-1)!.carries;
    await bench.submit(BEN, 'action-confirm', carried, { reason: 'it was right after all' });
    await bench.work();
    expect((await real.cluster.workload(target))?.images).toEqual(['registry.k8s.io/pause:missing']);
  });

  it('sees before a restart that a rollout is stuck from its first pod on, and offers the way back', async () => {
    await begin(restart);
    const target = await deployed('early');
    await real.setImage(target, 'registry.k8s.io/pause:missing');
    await real.until(
      () => real.cluster.rollout(target),
      ({ problems }) => problems.length > 0,
    );
    expect((await real.cluster.rollout(target)).state).toBe('progressing');
    const form = (await bench.ask(AIKO, { target })).forms.at(-1)!;
    expect(formWords(form)).toMatch(/A rollout is stuck: .*\((ErrImagePull|ImagePullBackOff)\)/);
    expect(formWords(form)).toContain('What answers is 2 pods of before.');
    const buttons = form.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons : []));
    expect(buttons).toMatchObject([{ label: 'Roll back early', carries: { verb: 'rollback', from: '2' } }]);
  });

  it('names the pods of a workload that is to be chosen from, the one that is not well first', async () => {
    const target = await deployed('chosen');
    await real.setImage(target, 'registry.k8s.io/pause:missing');
    const { pods } = await real.until(
      async () => ({ pods: (await real.cluster.podsOf(target))! }),
      (seen) => seen.pods.some(({ status }) => /ImagePull/.test(status)),
    );
    const sick = pods.find(({ status }) => /ImagePull/.test(status))!;
    const plan = remove.plan(target, {}, { cluster: real.cluster, signal: AbortSignal.timeout(10_000) });
    await expect(plan).rejects.toMatchObject({
      code: 'which-pods',
      params: {
        pods: { 0: sick.name, length: 3 },
        candidates: { 0: `production/main/${real.namespace}/pod/${sick.name}` },
      },
    });
  });

  it('deletes a pod that was named and no other, and watches until there is one in its place', async () => {
    await begin(remove);
    const target = await deployed('bereft');
    const [pod, other] = (await real.cluster.podsOf(target))!;
    const args = { target: pod!.name };
    expect(await previewed(target, args)).toContain('Ready meanwhile: 1 of 2.');
    const id = await bench.confirmed(AIKO, { target, args });
    await toEnd(id);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'healthy', done: 2, of: 2 } });
    const uids = (await real.cluster.podsOf(target))!.map(({ uid }) => uid);
    expect(uids).toContain(other!.uid);
    expect(uids).not.toContain(pod!.uid);
  });

  it('deletes nothing when the pod is another by then', async () => {
    await begin(remove);
    const target = await deployed('replaced');
    const [pod, ...others] = (await real.cluster.podsOf(target))!;
    const id = await bench.confirmed(AIKO, { target, args: { target: pod!.name } });
    await real.cluster.deletePods(target, { pods: [pod!], dryRun: false });
    await toEnd(id);
    expect(await bench.action(id)).toMatchObject({
      outcome: { kind: 'impossible', code: expect.stringMatching(/^(pod-going|no-such-pod)$/) },
    });
    const uids = (await real.cluster.podsOf(target))!.map(({ uid }) => uid);
    for (const { uid } of others) expect(uids).toContain(uid);
  });

  it('says that somebody has put the later template back while it was watched', async () => {
    await begin(rollback);
    const target = await deployed('synced');
    await revised(target, { image: 'registry.k8s.io/pause:3.8' });
    const id = await bench.confirmed(AIKO, { target });
    await bench.work();
    await real.setImage(target, 'registry.k8s.io/pause:3.8');
    await toEnd(id);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'overruled' } });
    expect((await bench.post(id)).join('\n')).toContain('has changed its pod template since');
  });

  /** Asked about our own namespace alone. */
  const hooks = '/apis/admissionregistration.k8s.io/v1';
  const ours = () => ({ matchLabels: { 'kubernetes.io/metadata.name': real.namespace } });
  const rules = [
    {
      apiGroups: ['apps'],
      apiVersions: ['v1'],
      operations: ['UPDATE'],
      resources: ['deployments', 'deployments/scale'],
    },
  ];

  it.each([
    ['restart', restart, {}],
    ['scale', scale, { to: 3 }],
  ] as const)(
    '%s: a webhook that refuses the dry run is told in its own words, and nothing is changed',
    async (verb, action, args) => {
      await begin(action);
      const target = await deployed(`hooked-${verb}`);
      const asked: string[] = [];
      const webhook = await refusingWebhook((review) => asked.push(JSON.stringify(review)));
      const path = `${hooks}/validatingwebhookconfigurations`;
      const name = `${real.namespace}-${verb}`;
      await real.write('POST', path, {
        metadata: { name },
        webhooks: [
          {
            name: 'says-no.hikeshi.test',
            admissionReviewVersions: ['v1'],
            sideEffects: 'None',
            clientConfig: { url: webhook.url, caBundle: webhook.ca },
            failurePolicy: 'Fail',
            timeoutSeconds: 2,
            namespaceSelector: ours(),
            rules,
          },
        ],
      });
      try {
        const words = await real.until(
          () => previewed(target, args),
          (seen) => !seen.includes('Nothing has been changed'),
        );
        // A cluster in a container does not reach us: then it says that, and no less is it the webhook.
        expect(words).toMatch(
          /admission webhook "says-no.hikeshi.test" denied the request: not on a Sunday|failed calling webhook "says-no.hikeshi.test"/,
        );
        if (asked.length > 0) expect(asked.every((review) => review.includes('"dryRun":true'))).toBe(true);
      } finally {
        await real.write('DELETE', `${path}/${name}`);
        await webhook.close();
      }
      expect(await generationOf(target)).toBe(1);
      // And without it, it goes on: nothing of it is remembered.
      await real.until(
        () => previewed(target, args),
        (seen) => seen.includes('Nothing has been changed'),
      );
    },
  );

  it('a webhook that takes no dry run is no longer accepted by the API server: only old ones are there', async () => {
    const path = `${hooks}/validatingwebhookconfigurations`;
    const name = `${real.namespace}-effects`;
    const { code, body } = await real.wire('POST', path, {
      type: 'application/json',
      body: JSON.stringify({
        metadata: { name },
        webhooks: [
          {
            name: 'effects.hikeshi.test',
            admissionReviewVersions: ['v1'],
            sideEffects: 'Some',
            clientConfig: { url: 'https://127.0.0.1:1/' },
            namespaceSelector: ours(),
            rules,
          },
        ],
      }),
    });
    expect(code).toBe(422);
    expect(JSON.stringify(body)).toContain('supported values: \\"None\\", \\"NoneOnDryRun\\"');
  });

  it.skipIf(whyNotEtcd(process.env)).each([
    ['restart', restart, {}],
    ['scale', scale, { to: 3 }],
  ] as const)(
    '%s: a webhook that takes no dry run: computed, told so, and its no is heard when it is done',
    async (verb, action, args) => {
      await begin(action);
      const target = await deployed(`old-${verb}`);
      const webhook = await refusingWebhook(() => undefined);
      const name = `old-${verb}.hikeshi.test`;
      const path = await putOldWebhook({ name, namespace: real.namespace, client: webhook });
      try {
        const words = await real.until(
          () => previewed(target, args),
          (seen) => seen.includes('takes no dry run'),
        );
        expect(words).toContain(`The API server could not try this, because the admission webhook ${name}`);
        expect(words).toContain(verb === 'scale' ? 'Replicas: 2 → 3' : 'All 2 pods are replaced');
        const id = await bench.confirmed(AIKO, { target, args });
        await toEnd(id);
        expect(await bench.action(id)).toMatchObject({
          state: 'failed',
          outcome: {
            kind: 'rejected',
            message: `admission webhook "${name}" denied the request: not on a Sunday`,
          },
        });
        expect(await generationOf(target)).toBe(1);
      } finally {
        await real.write('DELETE', path);
        await webhook.close();
      }
    },
  );

  it.skipIf(whyNotEtcd(process.env))('and where it has nothing against it, it is done', async () => {
    await begin(scale);
    const target = await deployed('old-passed');
    const without = await real.takeNoDryRun('old-passed.hikeshi.test');
    try {
      await real.until(
        () => previewed(target, { to: 3 }),
        (seen) => seen.includes('takes no dry run'),
      );
      const id = await bench.confirmed(AIKO, { target, args: { to: 3 } });
      await toEnd(id);
      expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'healthy' } });
      expect(await replicasOf(target)).toBe(3);
    } finally {
      await without();
    }
  });

  it('what admission denies is denied in the preview, in its own words, and right before the change as well', async () => {
    await begin(scale);
    const target = await deployed('denied');
    const id = await bench.confirmed(AIKO, { target, args: { to: 4 } });
    const name = `${real.namespace}-denied`;
    await real.write('POST', `${hooks}/validatingadmissionpolicies`, {
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { namespaceSelector: ours(), resourceRules: rules },
        validations: [{ expression: 'object.spec.replicas < 4', message: 'four is one too many' }],
      },
    });
    const binding = { policyName: name, validationActions: ['Deny'] };
    await real.write('POST', `${hooks}/validatingadmissionpolicybindings`, { metadata: { name }, spec: binding });
    try {
      const other = await deployed('denied-too');
      const words = await real.until(
        () => previewed(other, { to: 5 }),
        (seen) => !seen.includes('Replicas:'),
      );
      expect(words).toContain('four is one too many');
      await toEnd(id);
      expect(await bench.action(id)).toMatchObject({
        state: 'failed',
        outcome: { kind: 'rejected', message: expect.stringContaining('four is one too many') },
      });
      expect((await bench.post(id)).join('\n')).toContain('four is one too many');
      expect(await replicasOf(target)).toBe(2);
    } finally {
      await real.write('DELETE', `${hooks}/validatingadmissionpolicybindings/${name}`);
      await real.write('DELETE', `${hooks}/validatingadmissionpolicies/${name}`);
    }
  });

  it.each([
    ['restart', restart, {}],
    ['scale', scale, { to: 3 }],
  ] as const)(
    '%s: a worker killed between the change and its record: made once, found by looking',
    async (verb, action, args) => {
      await begin(action);
      const target = await deployed(`killed-${verb}`);
      const before = await generationOf(target);
      const id = await bench.confirmed(AIKO, { target, args });
      await bench.work({ kill: 'after-execute' });
      await expireLease(bench);
      await toEnd(id);
      expect(await bench.action(id)).toMatchObject({ state: 'done', outcome: { kind: 'healthy' } });
      expect(await generationOf(target)).toBe(before + 1);
      expect((await bench.audits()).filter((stage) => stage === 'executing')).toHaveLength(1);
    },
  );

  it('a worker killed before the change: not made, never made later, and told so', async () => {
    await begin(scale);
    const target = await deployed('unmade');
    const id = await bench.confirmed(AIKO, { target, args: { to: 5 } });
    await bench.work({ kill: 'in-execute' });
    await expireLease(bench);
    await toEnd(id);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'not-done' } });
    expect(await replicasOf(target)).toBe(2);
  });

  it('a worker killed in the change, and somebody else changed it since: unknown, with where to look', async () => {
    await begin(scale);
    const target = await deployed('unclear');
    const id = await bench.confirmed(AIKO, { target, args: { to: 4 } });
    await bench.work({ kill: 'after-execute' });
    await real.scale(target, 1);
    await expireLease(bench);
    await toEnd(id);
    expect(await bench.action(id)).toMatchObject({
      state: 'unknown',
      outcome: { kind: 'unknown', executed: 'perhaps' },
    });
    expect((await bench.post(id)).join('\n')).toMatch(/Unknown.*Next: look/s);
  });

  it('fifty presses of two people at the same moment: one action', async () => {
    await begin(restart);
    const target = await deployed('pressed');
    const before = await generationOf(target);
    const forms = await Promise.all(
      [AIKO, BEN].map(async (who) => ({ who, form: (await bench.ask(who, { target })).forms.at(-1)! })),
    );
    const presses = Array.from({ length: 50 }, (_, i) => forms[i % 2]!).map(({ who, form }) =>
      bench.submit(who, form.id, form.carries, { reason: 'all at once' }),
    );
    await Promise.all(presses);
    const jobs = await bench.database.db.selectFrom('jobs').select('action_id').execute();
    expect(jobs).toHaveLength(1);
    await toEnd(jobs[0]!.action_id!);
    expect(await bench.action(jobs[0]!.action_id!)).toMatchObject({ outcome: { kind: 'healthy' } });
    expect(await generationOf(target)).toBe(before + 1);
  });
});
