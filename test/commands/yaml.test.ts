import { describe, expect, it } from 'vitest';
import { query } from '../../src/commands/yaml.ts';
import { plainText } from '../../src/core/wording.ts';
import { sentences } from '../../src/messages/catalog.ts';
import { argsOf, askedBy, resourcesOf } from '../support/asked.ts';
import { sliceOf } from '../support/lists.ts';
import { targetOf, useShop } from '../support/shop.ts';

const shop = useShop();

async function yaml(typed: string, whole = false) {
  const environments = new Map([['production', { name: 'production', clusters: new Map([['main', shop.cluster]]) }]]);
  const asked = askedBy({ environment: 'production', incidentTarget: targetOf('shown'), whole });
  const answered = await query.answer(argsOf(query, typed), resourcesOf({ environments }), asked, sentences('en'));
  const code = answered.blocks.flatMap((block) => (block.kind === 'code' ? block.code.split('\n') : []));
  return { text: plainText(answered.text), code, more: answered.more };
}

describe('yaml', () => {
  it('shows a workload without the values of its variables, cut for a phone and whole in a file', async () => {
    shop.world.create({ namespace: 'shop', name: 'shown', annotations: { note: 'token=abcdef123456' } });
    shop.world.revise('shop', 'shown', { env: { PASSWORD: 'hunter2' } });
    const told = await yaml('shop/shown', true);
    expect(told).toMatchObject({ text: 'production/main/shop/deployment/shown', more: false });
    expect(told.code.slice(0, 3)).toEqual(['apiVersion: apps/v1', 'kind: Deployment', 'metadata:']);
    expect(told.code.join('\n')).toMatch(/- name: PASSWORD\n +value: "\*\*\*"/);
    expect(told.code.join('\n')).not.toMatch(/hunter2|abcdef123456/);
    expect((await yaml('', true)).code).toEqual(told.code);
    const metadata = { annotations: Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`a${i}`, 'x'])) };
    shop.world.putBeside('services', 'shop', 'long', { metadata, spec: {} });
    const long = await yaml('svc/long');
    expect(long.code).toHaveLength(60);
    expect(long).toMatchObject({ more: true, text: expect.stringMatching(/service\/long: \d+ more lines$/) });
    shop.world.putBeside('services', 'shop', 'wide', {
      metadata: { annotations: { a: 'x '.repeat(2_000) } },
      spec: {},
    });
    expect((await yaml('svc/wide')).code.join('\n').length).toBeLessThan(2_800);
  });

  it('finds other kinds by their words, wherever the place stands', async () => {
    shop.world.putBeside('services', 'shop', 'web', { spec: { selector: { app: 'web' } } });
    for (const typed of [
      'svc/web',
      'service web',
      'shop/svc/web',
      'svc/shop/web',
      'Service/web -n shop',
      'production/main/shop/service/web',
    ])
      expect((await yaml(typed)).text).toBe('production/main/shop/service/web');
    expect((await yaml('node/node-1')).code).toContain('kind: Node');
    expect((await yaml('main/node/node-1')).text).toBe('production/main/node/node-1');
    shop.world.createNamespace('other');
    shop.world.putBeside('services', 'other', 'web', { spec: {} });
    await expect(yaml('svc/web')).rejects.toMatchObject({
      code: 'ambiguous-target',
      params: { candidates: ['production/main/other/service/web', 'production/main/shop/service/web'], more: 0 },
    });
  });

  it("shows a service's endpoint slices, each by its own name where there are several", async () => {
    shop.world.putBeside('endpointslices', 'shop', 'slow-1', sliceOf('slow', [true]));
    expect(await yaml('ep/slow', true)).toMatchObject({
      text: 'production/main/shop/endpoints/slow',
      code: expect.arrayContaining(['kind: EndpointSlice', '  name: slow-1', '      - 10.0.0.1']),
    });
    shop.world.putBeside('endpointslices', 'shop', 'slow-2', sliceOf('slow', [true]));
    await expect(yaml('ep/slow')).rejects.toMatchObject({
      code: 'ambiguous-target',
      params: { candidates: ['production/main/shop/endpoints/slow-1', 'production/main/shop/endpoints/slow-2'] },
    });
    expect((await yaml('production/main/shop/endpoints/slow-2', true)).code).toContain('  name: slow-2');
  });

  it('says what is not there, and that secrets are not shown', async () => {
    await expect(yaml('svc/nothing')).rejects.toMatchObject({ code: 'no-such-object' });
    await expect(yaml('secret db')).rejects.toMatchObject({
      code: 'not-listed',
      params: { kind: 'secret', what: 'secrets' },
    });
    await expect(yaml('configmap settings')).rejects.toMatchObject({ code: 'not-listed' });
    await expect(yaml('secret/db')).rejects.toMatchObject({ code: 'not-listed' });
    await expect(yaml('nothing-like-it')).rejects.toMatchObject({ code: 'no-such-workload' });
    await expect(yaml('svc/No_Name')).rejects.toMatchObject({ code: 'bad-target' });
  });
});
