import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cli, openCli } from '../support/cli.ts';
import { alert, bodyOf } from './support/alerts.ts';

const CONFIG = `slack: {channel: alerts}
environments: {production: {clusters: [main]}}
policies: {db: [{after: 0s, page: ['@hana']}, {after: 10m, page: ['@sre']}]}
routes:
  - {match: 'alertname=~".+"', channel: '#Audit', continue: true}
  - {match: 'severity="critical"', channel: C0CRIT00001, policy: db}
`;

let cli: Cli;
beforeAll(async () => {
  cli = await openCli(CONFIG);
});
afterAll(() => cli.close());

const route = (args: readonly string[], input: string) => cli.run(['route', '-', ...args], input);

const body = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(bodyOf([alert({ now: new Date('2026-11-21T03:00:00Z'), labels })]));

it('as JSON names channels as the config does, and as words says the same', { timeout: 60_000 }, async () => {
  const critical = body({ severity: 'critical' });
  const [json, text] = await Promise.all([route(['--json'], critical), route([], critical)]);
  const own = {
    route: expect.any(String),
    severity: 'critical',
    channel: 'C0CRIT00001',
    environment: 'production',
    target: 'production/main/shop/deployment/checkout',
    policy: [
      { after: '0s', page: ['@hana'] },
      { after: '10m', page: ['@sre'] },
    ],
    buttons: ['acknowledge', 'diagnose', 'escalate', 'resolve'],
    notes: [],
  };
  expect(JSON.parse(json.stdout)).toEqual([own, { ...own, channel: 'audit', policy: [], notes: [{ code: 'copy' }] }]);
  expect(text.stdout.split('\n')).toEqual([
    expect.stringMatching(/^Goes to C0CRIT00001 as Critical, by the route /),
    'A copy goes to audit.',
    'Calls @hana at once, then @sre after 10m.',
    'About production/main/shop/deployment/checkout.',
    'Buttons: Acknowledge, Diagnose, Escalate now, Resolve.',
    '',
  ]);
});

it('says what it does not know, and refuses what the webhook would', { timeout: 60_000 }, async () => {
  const spicy = body({ severity: 'spicy', slack_channel: 'random' });
  const [{ stdout }, refused] = await Promise.all([route([], spicy), route(['--json'], '{"alerts": 1}')]);
  expect(stdout).toContain('Goes to audit as Medium');
  expect(stdout).toContain('Calls nobody');
  expect(stdout).toContain('Severity spicy is not known');
  expect(stdout).toContain('It asked for channel random');
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('would be refused with 400') });
});

it.each([[['slack-manifest']], [['rbac']], [['--help']]])('%j says nothing of a reader that has gone', async (args) => {
  expect(await cli.runUnread(args)).toEqual({ code: 0, stderr: '' });
});

it('without a file, says what to give it', { timeout: 60_000 }, async () => {
  expect(await cli.run(['route'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /missing required argument 'file'\nName a file that holds a webhook body as JSON, or - for/,
    ),
  });
});
