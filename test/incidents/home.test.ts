import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkView } from '../../sandbox/slack/blocks/view.ts';
import { renderHome } from '../../src/adapters/slack/render.ts';
import { query as jobs } from '../../src/commands/jobs.ts';
import { query as pods } from '../../src/commands/pods.ts';
import { query as silences } from '../../src/commands/silences.ts';
import { query as testAlert } from '../../src/commands/test-alert.ts';
import type { Command } from '../../src/core/define.ts';
import type { Rights } from '../../src/core/rights/types.ts';
import { drawHome, type HomeOf } from '../../src/incidents/home/draw.ts';
import type { HomeFacts } from '../../src/incidents/home/read.ts';
import type { OpenIncident } from '../../src/incidents/open.ts';
import { LANGUAGES, sentences } from '../../src/messages/catalog.ts';
import { plainMessage } from '../support/plain.ts';

const NOW = new Date('2026-11-21T03:00:00Z');
const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);

const incident = (number: number, more: Partial<OpenIncident> = {}): OpenIncident => ({
  id: number,
  number,
  title: 'CheckoutErrors',
  severity: 'critical',
  state: 'open',
  since: ago(12),
  acked_by: null,
  count: 1,
  ...more,
});

const QUIET: HomeFacts = {
  now: NOW,
  incidents: { count: 0, shown: [] },
  jobs: { count: 0, shown: [] },
  policies: new Map(),
  oncall: [],
  names: new Map(),
  links: new Map(),
};

const BUSY: HomeFacts = {
  ...QUIET,
  incidents: {
    count: 14,
    shown: [
      incident(142),
      incident(140, { severity: 'high', state: 'acknowledged', acked_by: 'U0MIKA0001', title: 'Slow <!channel>' }),
      incident(139, { severity: 'low', state: 'snoozed', since: ago(300) }),
    ],
  },
  policies: new Map([
    [
      'urgent',
      {
        name: 'urgent',
        steps: [
          { afterMs: 0, page: ['@on-call'] },
          { afterMs: 600_000, page: ['@sre', '@ghost'] },
        ],
        repeat: 0,
      },
    ],
  ]),
  oncall: ['@taro'],
  names: new Map([
    ['@on-call', { shown: '@on-call (taro)' }],
    ['@sre', { shown: '@sre (kenji, mika)' }],
    ['@ghost', { shown: '@ghost', problem: 'not-found' }],
    ['@taro', { shown: '@taro' }],
  ]),
  links: new Map([['incident:142', 'https://acme.slack.com/archives/C1/p1']]),
};

const COMMANDS = new Map<string, Command>([pods, jobs, silences, testAlert].map((one) => [one.name, one]));
const viewer: Rights = { role: 'viewer', grants: [] };
const whose = (lang: (typeof LANGUAGES)[number], more: Partial<HomeOf> = {}): HomeOf => ({
  rights: viewer,
  commands: COMMANDS,
  channelId: 'D1',
  m: sentences(lang),
  ...more,
});

describe('the home tab', () => {
  it.each(LANGUAGES)('in %s: a busy night, and a quiet one', (lang) => {
    const plain = (facts: HomeFacts): string => plainMessage({ text: [], blocks: drawHome(facts, whose(lang)) });
    expect(plain(BUSY)).toMatchSnapshot('busy');
    expect(plain({ ...QUIET, approvals: { count: 0, shown: [] } })).toMatchSnapshot('quiet');
  });

  it('offers the words that somebody may say, and says them in the direct conversation', () => {
    const buttons = (of: HomeOf) =>
      drawHome(QUIET, of).flatMap((block) => (block.kind === 'buttons' ? block.buttons : []));
    expect(buttons(whose('en')).map(({ label }) => label)).toEqual([
      'Refresh',
      'Overview',
      'Pods',
      'Jobs',
      'Silences',
      'Test alert',
      'Help',
    ]);
    expect(buttons(whose('en')).map(({ carries }) => carries)).toEqual(
      expect.arrayContaining([
        { v: 1, channel: 'D1' },
        { v: 1, say: 'pods', channel: 'D1' },
      ]),
    );
    const without = new Map([...COMMANDS].filter(([verb]) => verb !== 'test-alert'));
    expect(buttons(whose('en', { commands: without })).map(({ label }) => label)).not.toContain('Test alert');
    const operators = new Map<string, Command>([['pods', { ...pods, role: 'operator' }]]);
    expect(buttons(whose('en', { commands: operators })).map(({ label }) => label)).not.toContain('Pods');
  });

  it('is taken by Slack, whatever titles and names are', () => {
    const title = fc.string({ unit: 'grapheme', maxLength: 400 });
    fc.assert(
      fc.property(fc.array(title, { maxLength: 10 }), title, (titles, name) => {
        const shown = titles.map((one, i) => incident(i + 1, { title: one }));
        const names = new Map([[name, { shown: name }]]);
        const facts = { ...BUSY, incidents: { count: 99, shown }, oncall: [name], names };
        const view: unknown = JSON.parse(JSON.stringify(renderHome(drawHome(facts, whose('ja')))));
        expect(checkView(view, 'home')).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
