import { describe, expect, it } from 'vitest';
import { query } from '../../src/commands/history.ts';
import { plainText } from '../../src/core/wording.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import { argsOf, askedBy, resourcesOf } from '../support/asked.ts';
import { targetOf, useShop } from '../support/shop.ts';

const shop = useShop();

async function history(typed: string, language: Language = 'en'): Promise<string[]> {
  const environments = new Map([['production', { name: 'production', clusters: new Map([['main', shop.cluster]]) }]]);
  const asked = askedBy({ environment: 'production', language, incidentTarget: targetOf('told') });
  const answered = await query.answer(argsOf(query, typed), resourcesOf({ environments }), asked, sentences(language));
  return answered.blocks.flatMap((block) => {
    if (block.kind === 'text') return [plainText(block.text)];
    if (block.kind === 'buttons') return block.buttons.map(({ label, carries }) => `${label}: ${carries['say']}`);
    return block.kind === 'table' ? [block.columns.join(' | '), ...block.rows.map((row) => row.join(' | '))] : [];
  });
}

describe('history', () => {
  it('lists revisions, newest first, and says which one runs and how to go back', async () => {
    shop.world.create({ namespace: 'shop', name: 'told', image: 'registry.example/shop/told:1.0' });
    shop.world.revise('shop', 'told', { image: 'registry.example/shop/told:1.1', changeCause: 'release 1.1' });
    shop.world.tick(30);
    const stamp = expect.stringMatching(/^2 \* \| told:1\.1 \| .* \| release 1\.1$/);
    const told = [
      'production/main/shop/deployment/told: 2 revisions; 2 (*) is the one it runs.',
      'revision | image | made (UTC) | change-cause',
      stamp,
      expect.stringMatching(/^1 \| told:1\.0 \| .* \| $/),
      'Back to 1: rollback production/main/shop/deployment/told --to 1',
    ];
    expect(await history('shop/told')).toEqual(told);
    expect(await history('')).toEqual(told);
    expect((await history('shop/told', 'ja'))[0]).toBe(
      'production/main/shop/deployment/told: リビジョン 2 件。今は 2（*）です。',
    );
  });

  it('names images in full where their short names would be one', async () => {
    shop.world.create({ namespace: 'shop', name: 'elsewhere', image: 'one.example/app:1', kind: 'DaemonSet' });
    shop.world.setImage('shop', 'elsewhere', 'two.example/app:1', 'DaemonSet');
    shop.world.tick(30);
    expect((await history('ds/elsewhere')).slice(2, 4)).toEqual([
      expect.stringContaining('two.example/app:1'),
      expect.stringContaining('one.example/app:1'),
    ]);
  });

  it('says that there are none, that what is rolled out has none yet, and that there is no such workload', async () => {
    shop.world.create({ namespace: 'shop', name: 'new', settled: false, paused: true });
    expect(await history('shop/new')).toEqual([expect.stringContaining('has no revisions')]);
    shop.world.create({ namespace: 'shop', name: 'moving' });
    shop.world.setImage('shop', 'moving', 'registry.k8s.io/pause:3.9');
    expect((await history('shop/moving'))[0]).toContain('what it runs has none yet');
    await expect(history('shop/nothing')).rejects.toMatchObject({ code: 'no-such-workload' });
  });
});
