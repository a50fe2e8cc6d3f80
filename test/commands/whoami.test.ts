import { describe, expect, it } from 'vitest';
import { query } from '../../src/commands/whoami.ts';
import type { Standing, Why } from '../../src/core/rights/types.ts';
import { plainText } from '../../src/core/wording.ts';
import { parseTargetGlob } from '../../src/domain/target-glob.ts';
import { LANGUAGES, type Language, sentences } from '../../src/messages/catalog.ts';
import { askedBy, notAsked } from '../support/asked.ts';

async function told(standing: Standing, language: Language = 'en', channels: readonly string[] = []): Promise<string> {
  const rights = {
    standingOf: async () => standing,
    roles: notAsked,
    commands: new Map(),
    rules: () => expect.unreachable(),
    actionsIn: () => new Map(channels.length > 0 ? [['production', channels]] : []),
  };
  const { blocks } = await query.answer({}, { rights }, askedBy(), sentences(language));
  return blocks
    .flatMap((b) => (b.kind === 'text' ? [plainText(b.text)] : b.kind === 'list' ? b.items.map(plainText) : []))
    .join('\n');
}

const viewer: Standing = { role: 'viewer', approver: false, grants: [], why: { rule: 'full-member' } };
const on = ['staging/*', 'production/shop/*'].map((text) => parseTargetGlob(text)!);

describe('whoami', () => {
  it.each(LANGUAGES)('says what one may, each with its line, in %s', async (language) => {
    const group = { kind: 'group', id: 'S1' } as const;
    const grants = [
      { index: 2, as: group, group: 'dev', verbs: ['restart', 'scale'], on },
      { index: 4, as: { kind: 'name', name: 'hana' } as const, verbs: 'all' as const, on: on.slice(0, 1) },
    ];
    expect(await told({ ...viewer, grants, approver: true }, language, ['#ops', 'C0PROD001'])).toMatchSnapshot();
    expect(await told(viewer, language)).toMatchSnapshot();
  });

  const operator = { role: 'operator' } as const;
  const all: readonly Why[] = [
    { rule: 'named', ...operator, as: { kind: 'user', id: 'U1' } },
    { rule: 'group-member', ...operator, group: 'sre' },
    { rule: 'permission', index: 1 },
    { rule: 'full-member' },
    { rule: 'not-named' },
    { rule: 'guest' },
    { rule: 'deactivated' },
    { rule: 'bot' },
    { rule: 'foreign-team' },
    { rule: 'unknown-person' },
    { rule: 'slack-away' },
  ];
  it.each(LANGUAGES)('has a sentence of its own for each rule in %s', async (language) => {
    const lines = await Promise.all(all.map(async (why) => (await told({ ...viewer, why }, language)).split('\n')[0]));
    expect(new Set(lines).size).toBe(all.length);
    expect(lines).toMatchSnapshot();
  });
});
