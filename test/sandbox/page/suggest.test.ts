import { describe, expect, it } from 'vitest';
import { completed, suggestionsFor } from '../../../sandbox/page/client/model/suggest.ts';

const people = [
  { id: 'U1', name: 'taro', realName: 'Taro Ono', locale: 'en-US', presence: 'active' as const },
  { id: 'U2', name: 'hikeshi', realName: 'Hikeshi', locale: 'en-US', presence: 'active' as const, bot: true },
];
const channel = { is_archived: false, messages: [], kind: 'public' as const };
const space = {
  people,
  groups: [{ id: 'S1', handle: 'sre', members: [] }],
  channels: [
    { ...channel, id: 'C1', name: 'ops', members: ['U1'] },
    { ...channel, id: 'C2', name: 'secret', members: ['U2'] },
  ],
};
const hint = (verb: string) => ({
  usage: `/ops ${verb} [target]`,
  summary: { en: `does ${verb}`, ja: `${verb} をする` },
});
const commands = [hint('logs'), hint('pods'), hint('pdb')];
const offered = (text: string, lang: 'en' | 'ja' = 'en') =>
  suggestionsFor(text, { space, me: 'U1', commands, lang }).map(({ complete, hint: said }) => [complete, said]);

describe('suggestions', () => {
  it('are the app’s commands at the beginning of a line, in the reader’s language', () => {
    expect(offered('/').map(([complete]) => complete)).toEqual(['/ops logs', '/ops pods', '/ops pdb']);
    expect(suggestionsFor('/ops po', { space, me: 'U1', commands, lang: 'en' })[0]?.label).toBe('/ops pods [target]');
    expect(offered('/ops po', 'ja')).toEqual([['/ops pods', 'pods をする']]);
    for (const text of ['/ops pods', '/ops pods -n shop', 'see /ops', '/other'])
      expect(offered(text), text).toEqual([]);
  });

  it('are people and groups behind @, one’s own channels behind #', () => {
    expect(offered('ask @')).toEqual([
      ['@taro', '@taro'],
      ['@hikeshi', '@hikeshi'],
      ['@sre', ''],
    ]);
    expect(offered('@HI')).toEqual([['@hikeshi', '@hikeshi']]);
    expect(offered('in #')).toEqual([['#ops', '']]);
    for (const text of ['', 'word', 'mail a@taro', '@taro ']) expect(offered(text), text).toEqual([]);
  });

  it('complete the last word and leave room for the next', () => {
    const [pods] = suggestionsFor('/ops po', { space, me: 'U1', commands, lang: 'en' });
    const [taro] = suggestionsFor('ask @ta', { space, me: 'U1', commands, lang: 'en' });
    expect([completed('/ops po', pods!), completed('ask @ta', taro!)]).toEqual(['/ops pods ', 'ask @taro ']);
  });
});
