import { beforeAll, describe, expect, it } from 'vitest';
import { query as describeQuery } from '../../src/commands/describe.ts';
import { query as events } from '../../src/commands/events.ts';
import { query as pods } from '../../src/commands/pods.ts';
import { query as why } from '../../src/commands/why.ts';
import { sliceOf, useLists } from '../support/lists.ts';

const lists = useLists();
const ask: typeof lists.ask = (query, words, asked, language) =>
  lists.ask(query, `${words} --cluster main`, asked, language);
const NODE = 'production/main/node/node-1';

beforeAll(() => {
  const main = lists.world('production/main');
  for (const namespace of ['default', 'shop']) main.createNamespace(namespace);
  const resources = { requests: { cpu: '250m', memory: '64Mi' } };
  main.create({ namespace: 'shop', name: 'agent', kind: 'DaemonSet', resources });
  main.create({ namespace: 'shop', name: 'broken', kind: 'DaemonSet', image: 'x:missing' });
  main.tick(60);
  const event = (kind: string, name: string, reason: string, namespace: string) =>
    main.putBeside('events', namespace, `${name}.${reason}`.toLowerCase(), {
      involvedObject: { kind, name },
      type: 'Warning',
      reason,
      message: `${reason} of ${name}`,
      lastTimestamp: '2026-11-20T02:58:00Z',
    });
  event('Node', 'node-1', 'SystemOOM', 'default');
  event('Node', 'node-2', 'NodeNotReady', 'default');
  event('Pod', 'node-1', 'BackOff', 'default');
  main.putBeside('services', 'shop', 'checkout', { spec: { selector: { app: 'checkout' }, ports: [{ port: 80 }] } });
  main.putBeside('services', 'shop', 'nobody', { spec: { selector: { app: 'nobody' }, ports: [{ port: 80 }] } });
  main.putBeside('endpointslices', 'shop', 'checkout-1', sliceOf('checkout', [true, true, false]));
});

describe('a node', () => {
  it('is described with its pods, those in trouble first, with what they ask for, and with its events', async () => {
    for (const typed of [`node node-1`, 'node/node-1', 'no node-1', NODE]) {
      const { text, code, buttons } = await ask(describeQuery, typed);
      expect(text).toBe(NODE);
      const from = code.indexOf('Pods: 2, 1 in trouble');
      expect(code[from + 1]).toMatch(/^Requested: cpu 250m of \d+, memory 64Mi of \d+/);
      expect(code[from + 2]).toMatch(/^ {2}shop\/broken-\S+ (ErrImagePull|ImagePullBackOff) 0\/1$/);
      expect(code[from + 3]).toMatch(/^ {2}shop\/agent-\S+ Running 1\/1$/);
      expect(code.slice(from + 4)).toEqual(['Event 2m Warning SystemOOM: SystemOOM of node-1']);
      expect(buttons.map(([, says]) => says)).toEqual([
        `why ${NODE}`,
        'pods --node node-1 -e production --cluster main',
        `events ${NODE}`,
        `yaml ${NODE}`,
      ]);
    }
  });

  it('is asked why: what is wrong with it, and on it', async () => {
    const { text, lines, buttons } = await ask(why, 'node/node-1');
    expect(text).toBe(`${NODE}: ready, under no pressure; 2 pods, 1 in trouble.`);
    expect(lines[0]).toMatch(/^broken-\S+ /);
    expect(lines[1]).toBe('Event 2m Warning SystemOOM: SystemOOM of node-1');
    expect(buttons.map(([label]) => label)).toEqual(['Pods of node-1', 'Events', 'Describe node-1']);
    expect((await ask(why, 'node node-1', {}, 'ja')).text).toBe(`${NODE}: 正常、逼迫なし。Pod 2 個、うち1 個に問題。`);
    const main = lists.world('production/main');
    const node = main.store.get('nodes', '', 'node-1')!;
    const conditions = [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped' }];
    main.store.put('nodes', {
      ...node,
      spec: { unschedulable: true },
      status: { conditions },
    });
    const ill = await ask(why, 'node/node-1');
    expect(ill.text).toBe(`${NODE}: Ready=Unknown, cordoned; 2 pods, 1 in trouble.`);
    expect(ill.lines[0]).toBe('Ready NodeStatusUnknown: Kubelet stopped');
    main.store.put('nodes', node);
    await expect(ask(why, 'node/node-9')).rejects.toMatchObject({ code: 'no-such-object' });
  });

  it('has events of its own, and not those of what has its name', async () => {
    for (const typed of ['node/node-1', 'node node-1', NODE, 'node/node-1 -n shop']) {
      const { rows } = await ask(events, typed);
      expect(rows.map(([object, , , reason]) => [object, reason])).toEqual([['node/node-1', 'SystemOOM']]);
    }
  });

  it('has pods, as kubectl names it and shorter', async () => {
    const on = await ask(pods, '--node node-1');
    expect(on.text).toMatch(/^production\/main \(node\/node-1\): 2 pods/);
    for (const typed of ['--field-selector spec.nodeName=node-1', '-A --field-selector=spec.nodeName=node-1'])
      expect((await ask(pods, typed)).rows).toEqual(on.rows);
    expect((await ask(pods, '--node node-9')).text).toBe('There are no pods in production/main (node/node-9).');
    expect((await ask(pods, 'agent --node node-1')).rows).toHaveLength(1);
    await expect(ask(pods, '--field-selector status.phase=Failed')).rejects.toMatchObject({ code: 'not-one-of' });
    await expect(ask(pods, '--node a --field-selector spec.nodeName=b')).rejects.toMatchObject({ code: 'same-twice' });
  });
});

it('a service is described with its endpoints, and leads to them', async () => {
  const { code, buttons } = await ask(describeQuery, 'svc checkout -n shop');
  expect(code.at(-1)).toBe('Endpoints: 2 of 3 ready (IPv4): 10.0.0.1, 10.0.0.2, 10.0.0.3');
  expect(buttons[0]).toEqual(['Endpoints of checkout', 'endpoints production/main/shop/checkout']);
  expect((await ask(describeQuery, 'svc/nobody -n shop')).code.at(-1)).toBe('Endpoints: none');
});
