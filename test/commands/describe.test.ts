import { describe, expect, it } from 'vitest';
import { query } from '../../src/commands/describe.ts';
import { plainText } from '../../src/core/wording.ts';
import { sentences } from '../../src/messages/catalog.ts';
import { argsOf, askedBy, resourcesOf } from '../support/asked.ts';
import { useShop } from '../support/shop.ts';

const shop = useShop();

async function told(typed: string) {
  const environments = new Map([['production', { name: 'production', clusters: new Map([['main', shop.cluster]]) }]]);
  const asked = askedBy({ environment: 'production' });
  const answered = await query.answer(argsOf(query, typed), resourcesOf({ environments }), asked, sentences('en'));
  const code = answered.blocks.flatMap((block) => (block.kind === 'code' ? block.code.split('\n') : []));
  const says = answered.blocks.flatMap((block) =>
    block.kind === 'buttons' ? block.buttons.map(({ carries }) => carries['say']) : [],
  );
  return { text: plainText(answered.text), code, says };
}

describe('describe', () => {
  it('says in short what a workload is, and leads to why, its events and the whole of it', async () => {
    shop.world.create({ namespace: 'shop', name: 'told', replicas: 2, image: 'shop/told:1.4' });
    shop.world.revise('shop', 'told', { env: { PASSWORD: 'hunter2' } });
    const { text, code, says } = await told('shop/told');
    expect(text).toBe('production/main/shop/deployment/told');
    expect(code).toContain('Container app: shop/told:1.4');
    expect(code).toContain('  Variables: PASSWORD');
    expect(code.join('\n')).not.toContain('hunter2');
    expect(says).toEqual(['why', 'events', 'yaml'].map((verb) => `${verb} ${text}`));
  });

  it('of other kinds leads to the whole of it alone', async () => {
    const { text, code, says } = await told('node node-1');
    expect(text).toBe('production/main/node/node-1');
    expect(code).toContain('Kubelet: v1.35.4');
    expect(says.at(-1)).toBe('yaml production/main/node/node-1');
    await expect(told('secret db')).rejects.toMatchObject({ code: 'not-listed' });
  });

  it('of a word that is no whole name of a pod lists the pods that it may mean', async () => {
    shop.world.create({ namespace: 'shop', name: 'meant', replicas: 2 });
    await expect(told('pod meant')).rejects.toMatchObject({
      code: 'ambiguous-target',
      params: {
        text: 'pod/meant',
        candidates: Array.from({ length: 2 }, () => expect.stringMatching(/^production\/main\/shop\/pod\/meant-/)),
        more: 0,
      },
    });
    await expect(told('pod nothing-like-it')).rejects.toMatchObject({ code: 'no-such-object' });
  });
});
