import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMatchers } from '../../src/domain/matchers.ts';
import { channelKey, decideRoutes, type RouteNode, type Routing, whichDecides } from '../../src/domain/routing.ts';
import { SEVERITIES, type Severity } from '../../src/domain/severity.ts';

interface Sketch {
  readonly match?: string;
  readonly continue?: boolean;
  readonly channel?: string;
  readonly severity?: Severity;
  readonly policy?: string;
  readonly runbook?: string;
  readonly routes?: readonly Sketch[];
}

function node(sketch: Sketch, index: number): RouteNode {
  const { match, routes, continue: goesOn, ...settings } = sketch;
  return {
    name: `${index}${match ? ` ${match}` : ''}`,
    matchers: parseMatchers(match ?? ''),
    continue: goesOn ?? false,
    routes: (routes ?? []).map(node),
    ...settings,
  };
}

function routing(routes: readonly Sketch[], allowedChannels: readonly string[] = []): Routing {
  return {
    root: { name: 'default', matchers: [], continue: false, channel: 'alerts', routes: routes.map(node) },
    channelFrom: ['slack_channel'],
    allowedChannels,
  };
}

const alert = (
  labels: Record<string, string>,
  severity: Severity = 'medium',
  annotations: Record<string, string> = {},
) => ({
  labels,
  annotations,
  severity,
});
const noGroup = { routeLabels: {} };
const channels = (routes: readonly Sketch[], labels: Record<string, string>, severity?: Severity) =>
  decideRoutes(routing(routes), alert(labels, severity), noGroup).map((d) => d.channel);

describe('the walk', () => {
  it('takes the first match, and the root when there is none', () => {
    const routes = [
      { match: 'team="db"', channel: 'db' },
      { match: 'team=~"db|web"', channel: 'web' },
    ];
    expect(channels(routes, { team: 'db' })).toEqual(['db']);
    expect(channels(routes, { team: 'web' })).toEqual(['web']);
    expect(channels(routes, { team: 'x' })).toEqual(['alerts']);
  });

  it('goes on after a match that says so, and children come before their parent', () => {
    const routes = [
      { match: 'a="1"', channel: 'copy', continue: true },
      { match: 'a="1"', channel: 'parent', routes: [{ match: 'b="1"', channel: 'child' }] },
      { channel: 'rest' },
    ];
    expect(channels(routes, { a: '1', b: '1' })).toEqual(['copy', 'child']);
    expect(channels(routes, { a: '1' })).toEqual(['copy', 'parent']);
    expect(channels(routes, {})).toEqual(['rest']);
  });

  it('a child that continues keeps the parent out, as in Alertmanager', () => {
    const routes = [
      { match: 'a="1"', channel: 'parent', routes: [{ match: 'b="1"', channel: 'child', continue: true }] },
    ];
    expect(channels(routes, { a: '1', b: '1' })).toEqual(['child']);
  });

  it('inherits settings downwards, but not continue', () => {
    const [decision] = decideRoutes(
      routing([
        {
          match: 'a="1"',
          channel: 'team',
          policy: 'p',
          severity: 'high',
          routes: [{ match: 'b="1"', runbook: 'r', severity: 'low' }],
        },
      ]),
      alert({ a: '1', b: '1' }),
      noGroup,
    );
    expect(decision).toEqual({
      path: ['default', '0 a="1"', '0 b="1"'],
      channel: 'team',
      severity: 'low',
      policy: 'p',
      runbook: 'r',
      notes: [],
    });
  });
});

describe('severity in matchers is the label or what it was mapped to', () => {
  const only = (match: string) => [{ match, channel: 'hit' }];
  it.each<[string, Record<string, string>, Severity, boolean]>([
    ['severity="critical"', { severity: 'P1' }, 'critical', true],
    ['severity="critical"', { severity: 'page' }, 'critical', true],
    ['severity="page"', { severity: 'page' }, 'critical', true],
    ['severity=~"p[12]"', { severity: 'p2' }, 'high', true],
    ['severity=~"critical|high"', { severity: 'p2' }, 'high', true],
    ['severity!="critical"', { severity: 'P1' }, 'critical', false],
    ['severity!="page"', { severity: 'page' }, 'critical', false],
    ['severity!~"critical|high"', { severity: 'P1' }, 'critical', false],
    ['severity!="critical"', { severity: 'warning' }, 'medium', true],
    ['severity="medium"', {}, 'medium', true],
    ['severity=""', {}, 'medium', true],
    ['severity!=""', {}, 'medium', false],
    ['severity="critical"', { severity: 'warning' }, 'medium', false],
  ])('%s on %j (%s): %s', (match, labels, severity, expected) => {
    expect(channels(only(match), labels, severity)).toEqual([expected ? 'hit' : 'alerts']);
  });
});

describe('a channel the alert asks for', () => {
  const ask = (labels: Record<string, string>, annotations = {}, routeLabels = {}) =>
    decideRoutes(routing([], ['checkout', '#DB', 'C0123456789']), alert(labels, 'medium', annotations), {
      routeLabels,
    });

  it('is taken when it is allowed, whether or not written with # or capitals', () => {
    expect(ask({ slack_channel: 'checkout' })[0]).toMatchObject({ channel: 'checkout', notes: [] });
    expect(ask({ slack_channel: '#Checkout ' })[0].channel).toBe('checkout');
    expect(ask({ slack_channel: 'db' })[0].channel).toBe('#DB');
    expect(ask({ slack_channel: 'C0123456789' })[0].channel).toBe('C0123456789');
  });

  it('comes from labels first, then annotations, then route labels', () => {
    expect(ask({}, { slack_channel: 'checkout' })[0].channel).toBe('checkout');
    expect(ask({}, {}, { slack_channel: 'checkout' })[0].channel).toBe('checkout');
    expect(ask({ slack_channel: 'db' }, { slack_channel: 'checkout' })[0].channel).toBe('#DB');
  });

  it("is refused aloud when it is not allowed: the route's own is used", () => {
    expect(ask({ slack_channel: 'general' })[0]).toMatchObject({
      channel: 'alerts',
      notes: [{ code: 'channel-not-allowed', wanted: 'general', from: 'label slack_channel', used: 'alerts' }],
    });
    expect(ask({ slack_channel: 'alerts' })[0].notes).toEqual([]);
  });

  it('moves the last decision only: the others are copies to a fixed place', () => {
    const found = decideRoutes(
      routing([{ channel: 'copy', continue: true }, { channel: 'own' }], ['checkout']),
      alert({ slack_channel: 'checkout' }),
      noGroup,
    );
    expect(found.map((d) => d.channel)).toEqual(['copy', 'checkout']);
  });

  it('knows one channel by its spellings', () => {
    expect(channelKey('#Alerts')).toBe(channelKey(' alerts'));
    expect(channelKey('C0123456789')).toBe('C0123456789');
  });
});

describe('which alert decides', () => {
  const at = (fingerprint: string, severity: Severity, time: string, status: 'firing' | 'resolved' = 'firing') => ({
    fingerprint,
    severity,
    startsAt: new Date(`2026-11-21T${time}:00Z`),
    status,
  });

  it('is the most severe firing one, then the earliest, then the smallest fingerprint', () => {
    const all = [
      at('d', 'critical', '09:00', 'resolved'),
      at('c', 'high', '10:00'),
      at('b', 'high', '09:30'),
      at('a', 'high', '09:30'),
      at('e', 'low', '08:00'),
    ];
    expect(whichDecides(all)?.fingerprint).toBe('a');
    expect(whichDecides([...all].reverse())?.fingerprint).toBe('a');
  });

  it('is found among the resolved ones when none fires', () => {
    expect(whichDecides([at('a', 'low', '09:00', 'resolved'), at('b', 'high', '09:00', 'resolved')])?.fingerprint).toBe(
      'b',
    );
    expect(whichDecides([])).toBeUndefined();
  });
});

describe('properties', () => {
  const setting = {
    channel: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
    policy: fc.option(fc.constantFrom('p', 'q'), { nil: undefined }),
  };
  const match = fc.constantFrom('', 'a="1"', 'a!="1"', 'b=~"1|2"', 'severity="critical"');
  const tree = (goesOn: fc.Arbitrary<boolean>): fc.Arbitrary<readonly Sketch[]> =>
    fc.letrec<{ routes: Sketch[] }>((tie) => ({
      routes: fc.array(
        fc.record({
          match,
          continue: goesOn,
          ...setting,
          routes: fc.option(tie('routes'), { nil: undefined, depthSize: 'small' }),
        }),
        {
          maxLength: 3,
        },
      ),
    })).routes;
  const labels = fc.record({
    a: fc.constantFrom('', '1'),
    b: fc.constantFrom('', '1', '2'),
    severity: fc.constantFrom('P1', 'info'),
  });
  const severity = fc.constantFrom(...SEVERITIES);

  it('there is always a decision, and exactly one where nothing continues', () => {
    fc.assert(
      fc.property(tree(fc.boolean()), labels, severity, (routes, l, s) => {
        const found = decideRoutes(routing(routes), alert(l, s), noGroup);
        expect(found.length).toBeGreaterThan(0);
        for (const decision of found) {
          expect(decision.path[0]).toBe('default');
          expect(decision.channel).not.toBe('');
        }
      }),
    );
    fc.assert(
      fc.property(tree(fc.constant(false)), labels, severity, (routes, l, s) => {
        expect(decideRoutes(routing(routes), alert(l, s), noGroup)).toHaveLength(1);
      }),
    );
  });

  it('the last node on the path that sets something decides it', () => {
    fc.assert(
      fc.property(tree(fc.constant(false)), labels, severity, (routes, l, s) => {
        const r = routing(routes);
        const [decision] = decideRoutes(r, alert(l, s), noGroup);
        let at: RouteNode = r.root;
        let policy = at.policy;
        for (const name of decision.path.slice(1)) {
          // The first child of that name that matches is the one taken: equal names have equal matchers.
          at = at.routes.find((child) => child.name === name)!;
          policy = at.policy ?? policy;
        }
        expect(decision.policy).toBe(policy);
      }),
    );
  });
});
