import { describe, expect, it } from 'vitest';
import { OFFERED } from '../../../sandbox/page/client/model/emoji.ts';
import { breakable, plainWords } from '../../../sandbox/page/client/model/mrkdwn.ts';
import { EMOJI } from '../../../sandbox/slack/emoji.ts';

const NAMES = { person: () => 'taro', group: () => 'sre', channel: () => 'alerts' };

describe('a notification', () => {
  it('is plain words: no marks of code, of quotes or of styles', () => {
    expect(plainWords('*Pods*\n```NAME READY\na    1/1```\n&gt; said\nend `x`', NAMES, 'en')).toBe(
      'Pods\nNAME READY\na    1/1\nsaid\nend x',
    );
  });

  it('shows emoji where they can be shown, and their names where not', () => {
    const none = () => undefined;
    expect([plainWords('look :eyes:', NAMES, 'en'), plainWords('look :eyes:', NAMES, 'en', none)]).toEqual([
      'look 👀',
      'look :eyes:',
    ]);
  });

  it('breaks long names after their signs, never within a word', () => {
    expect(breakable('production/tokyo/shop, checkout-f9654 at 10:05.')).toEqual([
      'production/',
      'tokyo/',
      'shop, checkout-',
      'f9654 at 10:05.',
    ]);
  });
});

describe('the emoji to answer with', () => {
  it('are ones that the workspace takes', () => {
    expect(OFFERED.filter((name) => !EMOJI.has(name))).toEqual([]);
  });
});
