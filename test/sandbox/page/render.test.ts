import { describe, expect, it } from 'vitest';
import { everyNode, NAMES, parseMrkdwn, plainWords, renderBlocks, showDate, type VNode, wordsIn } from './client.ts';

const ctx = { names: NAMES, lang: 'en', me: 'U1', words: { choose: 'Choose…' } };
const draw = (...blocks: object[]) => renderBlocks(blocks as Record<string, unknown>[], ctx);
const tags = (nodes: readonly VNode[]) => everyNode(nodes).map((node) => node.tag);
const section = (...elements: object[]) => ({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] });

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

  it('reads names, times and links on a lock screen', () => {
    const told = 'Critical at <!date^0^{time}|x>: <@U1>, <!subteam^S1>, <https://a.example|A>';
    expect(plainWords(told, NAMES, 'en')).toMatch(/^Critical at \d\d:\d\d: @taro, @sre, A$/);
  });

  it('says today where Slack does', () => {
    const now = new Date(2026, 0, 2, 12, 0);
    const at = (day: number) => new Date(2026, 0, day, 3, 4).getTime() / 1000;
    expect(showDate(at(2), '{date_short_pretty} {time}', 'en', now)).toBe('today 03:04');
    expect(showDate(at(1), '{date_short_pretty} {time}', 'ja', now)).toBe('昨日 03:04');
    expect(showDate(at(20), '{date_short_pretty} {time}', 'en', now)).toBe('Jan 20, 2026 03:04');
  });
});

describe('blocks', () => {
  it('shows rich text: styles, lists, preformatted, quotes', () => {
    const nodes = draw({
      type: 'rich_text',
      elements: [
        { type: 'rich_text_section', elements: [{ type: 'text', text: 'x', style: { bold: true, code: true } }] },
        {
          type: 'rich_text_list',
          style: 'bullet',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'one' }] }],
        },
        { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'NAME  READY' }] },
        { type: 'rich_text_quote', elements: [{ type: 'text', text: 'q' }] },
      ],
    });
    expect(tags(nodes)).toEqual(['p', 'strong', 'code', 'ul', 'li', 'pre', 'blockquote']);
  });

  it('marks mentions, the reader’s own more', () => {
    const nodes = draw(section({ type: 'user', user_id: 'U1' }, { type: 'usergroup', usergroup_id: 'S1' }));
    expect(everyNode(nodes).map((node) => node.props['class'])).toEqual([undefined, 'mention me', 'mention']);
    expect(wordsIn(nodes)).toBe('@taro@sre');
  });

  it('links only where a click may go', () => {
    const hrefs = ['https://a.example', 'javascript:alert(1)', 'data:text/html,x', 'mailto:a@b.example'].map(
      (url) => everyNode(draw(section({ type: 'link', url, text: 'x' })))[1]?.props['href'],
    );
    expect(hrefs).toEqual(['https://a.example', undefined, undefined, 'mailto:a@b.example']);
  });

  it('keeps data as text', () => {
    const nodes = draw(section({ type: 'text', text: '<img src=x onerror=alert(1)>' }));
    expect(tags(nodes)).toEqual(['p']);
    expect(wordsIn(nodes)).toBe('<img src=x onerror=alert(1)>');
  });

  it('shows header, section, context, divider, and says what it does not know', () => {
    const nodes = draw(
      { type: 'header', text: { type: 'plain_text', text: '*H*' } },
      { type: 'section', text: { type: 'mrkdwn', text: '*b*' }, fields: [{ type: 'plain_text', text: 'f' }] },
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'small' }] },
      { type: 'divider' },
      { type: 'video' },
    );
    expect(nodes.map((node) => node.tag)).toEqual(['h3', 'div', 'div', 'hr', 'p']);
    expect(wordsIn(nodes)).toBe('*H*bfsmall[video]');
  });

  it('makes buttons and menus that press', () => {
    const pressed: unknown[] = [];
    const press = (element: { action_id: string }, choose?: string): void =>
      void pressed.push([element.action_id, choose]);
    const actions = {
      type: 'actions',
      elements: [
        { type: 'button', action_id: 'ack', style: 'primary', text: { type: 'plain_text', text: 'Ack' } },
        { type: 'overflow', action_id: 'more', options: [{ value: 'v', text: { type: 'plain_text', text: 'More' } }] },
      ],
    };
    const [, button, menu] = everyNode(renderBlocks([actions], { ...ctx, press }));
    (button!.props['onclick'] as () => void)();
    (menu!.props['onchange'] as (event: object) => void)({ target: { value: 'v' } });
    expect(button?.props['class']).toBe('primary');
    expect(pressed).toEqual([
      ['ack', undefined],
      ['more', 'v'],
    ]);
  });
});
