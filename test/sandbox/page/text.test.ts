import { describe, expect, it } from 'vitest';
import { dayOf, showDate } from '../../../sandbox/page/client/model/dates.ts';
import { emojiOf } from '../../../sandbox/page/client/model/emoji.ts';
import { parseMrkdwn, partsOf, plainWords, safeLink } from '../../../sandbox/page/client/model/mrkdwn.ts';
import { EMOJI } from '../../../sandbox/slack/emoji.ts';

const NAMES = { person: () => 'taro', group: () => 'sre', channel: () => 'alerts' };

describe('mrkdwn', () => {
  it('reads styles, code, emoji and Slack’s forms', () => {
    expect(parseMrkdwn('*bold* `a*b*` :red_circle: <@U1> <!subteam^S1> <#C1|x> <!here> <https://a.example|A>')).toEqual(
      [
        { type: 'text', text: 'bold', style: { bold: true } },
        { type: 'text', text: ' ', style: {} },
        { type: 'text', text: 'a*b*', style: { code: true } },
        { type: 'text', text: ' ', style: {} },
        { type: 'emoji', name: 'red_circle' },
        { type: 'text', text: ' ', style: {} },
        { type: 'user', user_id: 'U1' },
        { type: 'text', text: ' ', style: {} },
        { type: 'usergroup', usergroup_id: 'S1' },
        { type: 'text', text: ' ', style: {} },
        { type: 'channel', channel_id: 'C1' },
        { type: 'text', text: ' ', style: {} },
        { type: 'broadcast', range: 'here' },
        { type: 'text', text: ' ', style: {} },
        { type: 'link', url: 'https://a.example', text: 'A' },
      ],
    );
  });

  it('leaves marks inside words alone and turns entities back', () => {
    expect(parseMrkdwn('a_b_c 5 * 3 &lt;b&gt; &amp;amp;')).toEqual([
      { type: 'text', text: 'a_b_c 5 * 3 <b> &amp;', style: {} },
    ]);
  });

  it('puts code and quotes on lines of their own, and reads nothing within code', () => {
    const parts = partsOf('see\n```a *b* &lt;c&gt;```\n&gt; said\n&gt; *loud*\nend');
    expect(parts.map(({ kind }) => kind)).toEqual(['prose', 'code', 'quote', 'prose']);
    expect(parts[1]?.pieces).toEqual([{ type: 'text', text: 'a *b* <c>' }]);
    expect(parts[2]?.pieces).toEqual([
      { type: 'text', text: 'said\n', style: {} },
      { type: 'text', text: 'loud', style: { bold: true } },
    ]);
  });

  it('links only where a click may go', () => {
    const urls = ['https://a.example', 'javascript:alert(1)', 'data:text/html,x', 'mailto:a@b.example', undefined];
    expect(urls.map(safeLink)).toEqual(['https://a.example', undefined, undefined, 'mailto:a@b.example', undefined]);
  });

  it('reads names, times and links on a lock screen', () => {
    const told = 'Critical at <!date^0^{time}|x>: <@U1>, <!subteam^S1>, <https://a.example|A>';
    expect(plainWords(told, NAMES, 'en')).toMatch(/^Critical at \d\d:\d\d: @taro, @sre, A$/);
  });
});

describe('times', () => {
  const now = new Date(2026, 0, 2, 12, 0);
  const at = (day: number) => new Date(2026, 0, day, 3, 4).getTime() / 1000;

  it('say today where Slack does', () => {
    expect(showDate(at(2), '{date_short_pretty} {time}', 'en', now)).toBe('today 03:04');
    expect(showDate(at(1), '{date_short_pretty} {time}', 'ja', now)).toBe('昨日 03:04');
    expect(showDate(at(20), '{date_short_pretty} {time}', 'en', now)).toBe('Jan 20, 2026 03:04');
  });

  it('name the days between messages', () => {
    expect([dayOf(String(at(1)), 'en', now), dayOf(String(at(20)), 'en', now)]).toEqual([
      'Yesterday',
      'Tuesday, January 20, 2026',
    ]);
  });
});

describe('emoji', () => {
  it('are found by Slack’s names: every one that this workspace takes', () => {
    expect([...EMOJI].filter((name) => emojiOf(name) === undefined)).toEqual([]);
    expect([emojiOf('large_orange_circle'), emojiOf('no_such_emoji')]).toEqual(['🟠', undefined]);
  });
});
