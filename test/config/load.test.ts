import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { formatProblems, sayProblem } from '../../src/config/problem.ts';
import { decideRoutes } from '../../src/domain/routing.ts';
import { LANGUAGES } from '../../src/messages/catalog.ts';
import { fullEnv, load, loaded, problems } from './support.ts';

const minimal = 'slack: { channel: alerts }\n';

describe('a config of one line', () => {
  it('has a default for everything else', () => {
    const config = loaded(minimal);
    expect(config).toMatchObject({
      file: 'hikeshi.yaml',
      slack: { channel: 'alerts', language: 'en', oncall: [], fallback: 'alerts' },
      channels: { allowed: [] },
      environments: {},
      policies: {},
      runbooks: {},
      roles: { viewer: [], operator: [], admin: [], approver: [], default: 'viewer' },
      maxBody: 33_554_432,
      reopenWindowMs: 900_000,
      openAfterMs: 600_000,
    });
    expect(Object.keys(config.sources)).toEqual(['default']);
    expect(config.sources['default']!.tokens.map((t) => t.reveal())).toEqual([fullEnv.ALERTMANAGER_WEBHOOK_TOKEN]);
    expect(decideRoutes(config.routing, { labels: {}, annotations: {}, severity: 'low' }, { routeLabels: {} })).toEqual(
      [{ path: ['default'], channel: 'alerts', notes: [] }],
    );
  });

  it('is frozen all the way down, and names are not confused with what every object has', () => {
    const config = loaded(`${minimal}policies: { urgent: [{ page: [here] }] }\n`);
    expect(() => Object.assign(config.slack, { channel: 'x' })).toThrow(TypeError);
    expect(() => Object.assign(config.policies['urgent']!.steps[0]!, { afterMs: 1 })).toThrow(TypeError);
    expect(config.policies['constructor']).toBeUndefined();
  });
});

describe('the example', () => {
  const text = readFileSync(new URL('../../hikeshi.example.yaml', import.meta.url), 'utf8');

  it('is twelve lines that run a team', () => {
    const lines = text
      .slice(0, text.indexOf('# More'))
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).toHaveLength(12);
    const result = load(text);
    expect(result.problems).toBeUndefined();
    expect(result.config && result.warnings).toEqual([]);
    expect(loaded(text)).toMatchObject({
      slack: { oncall: [{ kind: 'name', name: 'sre' }] },
      environments: { production: { clusters: [{ name: 'main' }], requireReason: true } },
      sources: { default: { environment: 'production' } },
      policies: { urgent: { steps: [{ afterMs: 0 }, { afterMs: 300_000 }] } },
    });
  });
});

describe('what the parts become', () => {
  it('routes: a tree of readable names, matchers in a text or a list', () => {
    const { routing } = loaded(`
slack: { channel: '#Alerts' }
channels: { allowed: ['#db'], from: [chan] }
policies: { p: [{ page: [here] }] }
runbooks: { r: { link: https://wiki.example.com/r } }
routes:
  - match: severity="critical", team!="dev"
    policy: p
    continue: true
  - match: ['team="db"']
    channel: '#DB-Alerts'
    routes: [{ match: 'env=~"p.*"', runbook: r, severity: high }]
`);
    expect(routing).toMatchObject({ channelFrom: ['chan'], allowedChannels: ['db'] });
    expect(routing.root).toMatchObject({
      channel: 'alerts',
      routes: [
        { name: 'routes[0] severity="critical" team!="dev"', policy: 'p', continue: true },
        {
          name: 'routes[1] team="db"',
          channel: 'db-alerts',
          routes: [{ name: 'routes[0] env=~"p.*"', runbook: 'r', severity: 'high' }],
        },
      ],
    });
  });

  it('policies: a list of steps, or steps with repeats; whom by id, name or all', () => {
    const { policies } = loaded(`
slack: { channel: a }
policies:
  short: [{ page: [U123, W9AB, S0TEAM, '@hana', channel, '@here'] }]
  long: { repeat: 2, steps: [{ after: 1h30m, page: [here] }, { after: 2d, page: ['@channel'] }] }
`);
    expect(policies['short']).toEqual({
      name: 'short',
      repeat: 0,
      steps: [
        {
          afterMs: 0,
          page: [
            { kind: 'user', id: 'U123' },
            { kind: 'user', id: 'W9AB' },
            { kind: 'group', id: 'S0TEAM' },
            { kind: 'name', name: 'hana' },
            { kind: 'channel' },
            { kind: 'here' },
          ],
        },
      ],
    });
    expect(policies['long']).toMatchObject({
      repeat: 2,
      steps: [{ afterMs: 5_400_000 }, { afterMs: 172_800_000, page: [{ kind: 'channel' }] }],
    });
  });

  it('environments: clusters as names or a map, a reason asked for in production', () => {
    const { environments } = loaded(`
slack: { channel: a }
environments:
  production: { clusters: { main: , dr: { context: prod-dr, kubeconfig: /etc/kube } }, matchers: 'env="prod"' }
  staging: { clusters: [test], requireReason: true }
  dev:
`);
    expect(environments['production']).toMatchObject({
      clusters: [{ name: 'main' }, { name: 'dr', context: 'prod-dr', kubeconfig: '/etc/kube' }],
      requireReason: true,
      matchers: [{ name: 'env', op: '=', value: 'prod' }],
    });
    expect(environments['staging']).toMatchObject({ clusters: [{ name: 'test' }], requireReason: true });
    expect(environments['dev']).toMatchObject({ clusters: [], requireReason: false });
  });

  it("an only environment without matchers is the sources' default", () => {
    const environment = (text: string) => loaded(`slack: { channel: a }\n${text}`).sources['default']!.environment;
    expect(environment('environments: { production: { clusters: [c] } }')).toBe('production');
    expect(environment(`environments: { production: { matchers: 'a="b"' } }`)).toBeUndefined();
    expect(environment('environments: { a: {}, b: {} }')).toBeUndefined();
    expect(environment('environments: { a: {}, b: {} }\nsources: { default: { environment: b } }')).toBe('b');
  });

  it('runbooks: a target of any length', () => {
    const { runbooks } = loaded(`
slack: { channel: a }
environments: { production: { clusters: [main] } }
runbooks: { a: { target: production/main/shop/sts/db, actions: [restart] }, b: { target: shop/checkout } }
`);
    expect(runbooks['a']).toEqual({
      name: 'a',
      target: { environment: 'production', cluster: 'main', namespace: 'shop', kind: 'StatefulSet', name: 'db' },
      actions: ['restart'],
    });
    expect(runbooks['b']!.target).toEqual({ namespace: 'shop', kind: 'Deployment', name: 'checkout' });
  });

  it('severities and their label', () => {
    const { severities } = loaded(
      'slack: { channel: a }\nseverities: { critical: [Urgent, 0], low: [warning] }\nseverityLabel: prio\n',
    );
    expect(severities.label).toBe('prio');
    expect(severities.spellings).toMatchObject({ urgent: 'critical', '0': 'critical', warning: 'low', warn: 'medium' });
  });

  it.each([
    ['64KiB', 65_536],
    ['1.5 MiB', 1_572_864],
    ['10MB', 10_000_000],
    ['1048576', 1_048_576],
    [1_048_576, 1_048_576],
  ])('maxBody %s', (text, bytes) => {
    expect(loaded(`slack: { channel: a }\nmaxBody: ${text}\n`).maxBody).toBe(bytes);
  });
});

describe('all problems at once, each with its place and remedy', () => {
  it('of shape and of sense together', () => {
    expect(
      problems(`slack:
  chanel: alerts
  language: fr
  oncall: hana
routes:
  - match: ['severity="critical"', team]
    policy: urgnt
    runbok: x
  - { match: { env: prod } }
policies:
  urgent: [{ after: 5 min, page: [] }]
runbooks:
  c: { target: prd/shop/checkout }
environments:
  prod: { clusters: [a, a] }
roles: { operator: ['@channel'] }
severities: { critical: [x], high: [X] }
maxBody: 3
reopenWindow: 15
`),
    ).toEqual([
      'hikeshi.yaml:2:3 slack.channel: is missing; write for example alerts',
      'hikeshi.yaml:2:3 slack.chanel: unknown key; did you mean "channel"?',
      'hikeshi.yaml:3:13 slack.language: should be one of en, ja; choose one of these',
      "hikeshi.yaml:4:11 slack.oncall: is nobody to page; write for example '@hana'",
      'hikeshi.yaml:6:36 routes[0].match[1]: matcher cannot be read, character 5: an operator is expected, not the end; write one of =, !=, =~ and !~ after the name',
      'hikeshi.yaml:7:13 routes[0].policy: there is no policy "urgnt"; did you mean "urgent"?',
      'hikeshi.yaml:8:5 routes[0].runbok: unknown key; did you mean "runbook"?',
      `hikeshi.yaml:9:14 routes[1].match: should be text or a list, not a map; write a list of matchers: ['severity="critical"']`,
      'hikeshi.yaml:11:21 policies.urgent[0].after: is not a duration; write for example 10m',
      "hikeshi.yaml:11:34 policies.urgent[0].page: is empty; write for example ['@hana']",
      'hikeshi.yaml:13:16 runbooks.c.target: there is no environment "prd"; did you mean "prod"?',
      'hikeshi.yaml:15:25 environments.prod.clusters[1]: there are two clusters "a"; remove one or give it another name',
      'hikeshi.yaml:16:21 roles.operator[0]: is no person or user group; name the people, or a user group of them',
      'hikeshi.yaml:17:37 severities.high[0]: is listed under critical, too; keep one of the two',
      'hikeshi.yaml:18:10 maxBody: is no size from 64KiB to 1GiB; write for example 32MiB',
      'hikeshi.yaml:19:15 reopenWindow: should be text, not a number; write for example 15m',
    ]);
  });

  it.each([
    ['', 'hikeshi.yaml:1:1 slack: is missing; write for example { channel: alerts }'],
    [
      'slack:\n  channel: #alerts\n',
      'hikeshi.yaml:2:3 slack.channel: has no value; give it a value or remove the line (a # begins a comment: leave it out or quote it)',
    ],
    [
      'slack:\n  channel: a\n  oncall: @hana\n',
      "hikeshi.yaml:3:11: not valid YAML: Plain value cannot start with reserved character @; put the value in quotes: '@hana'",
    ],
    [
      'slack: { channel: a }\nslack: { channel: b }\n',
      'hikeshi.yaml:2:1: not valid YAML: there are two "slack" here; keep one of the two',
    ],
    ['slack: { channel: "a\\0b" }\n', 'hikeshi.yaml:1:19 slack.channel: holds a control character; write it without'],
    [
      'slack:\n\tchannel: a\n',
      'hikeshi.yaml:2:1: not valid YAML: Tabs are not allowed as indentation; indent with spaces, two a level',
    ],
    [
      'slack:\n  channel: a\n   language: en\n',
      'hikeshi.yaml:2:12: not valid YAML: the next line is indented differently; give both lines the same indentation, two spaces a level',
    ],
    [
      `${minimal}routes: [{ severity: critcal }]\n`,
      'hikeshi.yaml:2:22 routes[0].severity: should be one of critical, high, medium, low; did you mean "critical"?',
    ],
    [
      `${minimal}environments: { p: { clusters: main } }\n`,
      "hikeshi.yaml:2:32 environments.p.clusters: should be a list or a map, not text; write for example ['main']",
    ],
    ['- a\n', 'hikeshi.yaml:1:1: should be a map, not a list; begin with for example slack: { channel: alerts }'],
    ['a: &a [*a]\n', 'hikeshi.yaml:1:1: the YAML is nested too deeply; look for brackets that are never closed'],
    ['['.repeat(9000), 'hikeshi.yaml:1:1: the YAML is nested too deeply; look for brackets that are never closed'],
    [
      'slack: { channel: !env CHANNEL }\n',
      'hikeshi.yaml:1:19: not valid YAML: Unresolved tag: !env; remove the tag (the word with the !)',
    ],
    [
      `${minimal}sources: { 'a/b': {} }\n`,
      'hikeshi.yaml:2:12 sources."a/b": is no name: letters, digits, dot, dash and underscore, at most 63, a letter or digit first; rename it',
    ],
    [
      `${minimal}routes: [{ match: '' }]\n`,
      'hikeshi.yaml:2:19 routes[0].match: holds no matcher; write name="value", or remove it to match everything',
    ],
    [
      `${minimal}runbooks: { r: { target: nowhere } }\n`,
      'hikeshi.yaml:2:26 runbooks.r.target: is no target; write production/shop/deployment/checkout; environment and kind may be left out',
    ],
    [
      `${minimal}environments: { p: { clusters: [main] } }\nrunbooks: { r: { target: p/mein/a/b } }\n`,
      'hikeshi.yaml:3:26 runbooks.r.target: environment "p" has no cluster "mein"; did you mean "main"?',
    ],
    [
      `${minimal}sources: { default: { environment: prod } }\n`,
      'hikeshi.yaml:2:36 sources.default.environment: there is no environment "prod"; add it under environments',
    ],
  ])('%j', (text, expected) => {
    expect(problems(text)).toEqual([expected]);
  });

  it('a broken entry is not missed where it is referred to', () => {
    const found = problems(`${minimal}policies: { p: [{ after: soon, page: [here] }] }\nroutes: [{ policy: p }]\n`);
    expect(found).toEqual(['hikeshi.yaml:2:26 policies.p[0].after: is not a duration; write for example 10m']);
  });

  it('a file that is not there', () => {
    const result = load(minimal, { env: fullEnv });
    expect(result.config).toBeDefined();
    expect(problems('', { files: {} })).toHaveLength(1);
  });
});

describe('warnings do not stop it', () => {
  const warnings = (text: string, env: Record<string, string> = fullEnv) => {
    const result = load(text, { env });
    return result.config
      ? result.warnings.map((w) => `${w.line} ${w.path}: ${sayProblem(w, 'en').detail}`)
      : result.problems;
  };

  it('a route that is never reached', () => {
    expect(warnings(`slack: { channel: a, oncall: here }\nroutes:\n  - channel: all\n  - match: a="b"\n`)).toEqual([
      '4 routes[1]: is never reached: routes[0] takes everything',
    ]);
  });

  const routed = (...routes: readonly string[]): string =>
    `slack: { channel: a, oncall: here }\nroutes:\n${routes.map((each) => `  - ${each}\n`).join('')}`;

  it.each([
    ['by a regex for everything', '{ match: a=~".*" }', '{ match: b="c" }', 'everything'],
    ['by the same matchers', '{ match: a="b" }', '{ match: [c="d", a = "b"] }', 'all that it matches'],
  ])('a route that is never reached: %s', (_how, first, second, what) => {
    expect(warnings(routed(first, second))).toEqual([`4 routes[1]: is never reached: routes[0] takes ${what}`]);
    expect(warnings(routed(second, first))).toEqual([]);
    expect(warnings(routed(first.replace('}', ', continue: true }'), second))).toEqual([]);
  });

  it('a route below another one that is never reached', () => {
    expect(warnings(routed('{ match: a="b", routes: [{ channel: x }, { match: c="d" }] }'))).toEqual([
      '3 routes[0].routes[1]: is never reached: routes[0].routes[0] takes everything',
    ]);
  });

  it('nobody to page', () => {
    expect(warnings(minimal)).toEqual(['1 slack: nobody is paged: no route has a policy and slack.oncall is not set']);
  });

  const slow = 'policies: { slow: [{ after: 5m, page: [here] }, { page: [channel] }] }\n';
  const late = (route: string) => `critical: nobody is called for the first 5m of an alert that ${route} takes`;

  it('a policy that nobody uses', () => {
    expect(warnings(`slack: { channel: a, oncall: here }\n${slow}`)).toEqual(['2 policies.slow: is used by no route']);
  });

  it.each([
    ['by its severity', ['{ match: severity="critical", policy: slow }']],
    ['whatever the severity', ['{ policy: slow }']],
    ['because a route says so', ['{ match: severity="critical", severity: critical, policy: slow }']],
    [
      'beside a copy that decides nothing',
      ['{ match: severity="critical", policy: slow }', '{ channel: x, continue: true }'],
    ],
  ])('a critical alert that calls nobody at first: %s', (_how, routes) => {
    expect(warnings(routed(...routes) + slow)).toEqual([`${routes.length + 3} policies.slow: ${late('routes[0]')}`]);
  });

  it.each([
    ['of another severity', ['{ match: severity="medium", policy: slow }']],
    ['behind one that takes what is critical', ['{ match: severity=~"critical|high" }', '{ policy: slow }']],
    ['that lowers it', ['{ severity: low, policy: slow }']],
    [
      'beside a copy that decides',
      ['{ match: severity="critical", policy: slow, continue: true }', '{ match: a="b" }'],
    ],
  ])('not what a route takes %s', (_which, routes) => {
    expect(warnings(routed(...routes) + slow)).toEqual([]);
  });

  it('a critical alert that calls nobody at all', () => {
    const alone = (...routes: readonly string[]): string =>
      `${routed(...routes).replace(', oncall: here', '')}policies: { p: [{ page: [here] }] }\n`;
    const nobody = (who: string) =>
      `critical: nobody is called for an alert that ${who} takes: there is no policy and slack.oncall is not set`;
    expect(warnings(alone('{ match: severity="critical", policy: p }'))).toEqual([]);
    expect(warnings(alone('{ match: severity="high", policy: p }'))).toEqual([`1 slack: ${nobody('no route')}`]);
    expect(warnings(alone('{ match: a="b" }', '{ policy: p }'))).toEqual([`3 routes[0]: ${nobody('it')}`]);
  });

  it('a token or password that can be guessed', () => {
    const short = { ...fullEnv, A: 'a'.repeat(15), B: 'b' };
    const told = warnings(
      'slack: { channel: a, oncall: here }\nsources: { default: { token: A }, b: { basic: { username: u, password: B } } }\n',
      short,
    );
    const why = 'is shorter than 16 characters: whoever guesses it posts alerts';
    expect(told).toEqual([`2 sources.default.token: ${why}`, `2 sources.b.basic: ${why}`]);
    expect(JSON.stringify(told)).not.toContain(short.A);
    const unnamed = load('slack: { channel: a, oncall: here }\n', {
      env: { ...fullEnv, ALERTMANAGER_WEBHOOK_TOKEN: short.A },
    });
    expect(unnamed.config && formatProblems(unnamed.warnings, 'en')).toEqual([
      `environment ALERTMANAGER_WEBHOOK_TOKEN: ${why}; make a long one, for example by \`openssl rand -hex 32\``,
    ]);
  });

  it('several sources without a default one', () => {
    expect(
      warnings('slack: { channel: a, oncall: here }\nsources: { a: { token: A }, b: { token: B } }\n', {
        ...fullEnv,
        A: 'a'.repeat(16),
        B: 'b'.repeat(16),
      }),
    ).toEqual([
      '2 sources: none of several sources is called default, so /webhooks/alertmanager without a name answers 404',
    ]);
  });
});

describe('arbitrary input', () => {
  it('never throws, and tells places within the file', () => {
    const key = fc.constantFrom(
      'slack',
      'channel',
      'sources',
      'default',
      'token',
      'routes',
      'match',
      'policies',
      'environments',
      'clusters',
      'runbooks',
      'target',
      'roles',
      'operator',
      'severities',
      'low',
      'x',
      '__proto__',
      'constructor',
    );
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom('alerts', '10m', 'a="b"', '@hana', '{', 'A_TOKEN'),
    );
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(key, tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    const text = fc.oneof(
      tree.map((value) => stringify(value)),
      fc.string({ unit: fc.constantFrom(...'[]{}:,-#&*!|>\'"%@` \n\tab\0'.split('')) }),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (source) => {
        const result = load(source);
        for (const problem of result.problems ?? []) {
          expect(problem.line).toBeGreaterThanOrEqual(problem.file === 'environment' ? 0 : 1);
          for (const language of LANGUAGES) expect(Object.values(sayProblem(problem, language))).not.toContain('');
        }
        expect(Boolean(result.config) !== Boolean(result.problems?.length)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});
