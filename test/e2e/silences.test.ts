import { describe, expect, it } from 'vitest';
import { type Message, visibleText } from '../../sandbox/slack/index.ts';
import { lastingPort } from '../support/ports.ts';
import { hasRedis } from '../support/redis.ts';
import { findAlertmanager } from './real-alertmanager.ts';
import { looks, MINUTE, named, pass, place, posted, setUp, WITHIN_MS } from './reconciled.ts';

/** Silences from Slack in a real Alertmanager. */

const debians = hasRedis() ? findAlertmanager() : undefined;

interface Listed {
  readonly id: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly endsAt: string;
  readonly status: { readonly state: string };
}

const shown = (post: Message): string => visibleText(place!.slack.channel('alerts').message(post.ts) ?? post);
const untilShown = (post: Message, pattern: RegExp): Promise<true> =>
  place!.slack.until(() => pattern.test(shown(post)) || undefined, WITHIN_MS);
const view = (): string => visibleText(place!.slack.as('mika').view() ?? {});
const untilView = (pattern: RegExp): Promise<true> =>
  place!.slack.until(() => pattern.test(view()) || undefined, WITHIN_MS);

async function silence(post: Message, typed: Readonly<Record<string, string>>): Promise<void> {
  await place!.slack.as('mika').click(post, 'Silence…');
  await untilView(/Matchers/);
  await place!.slack.as('mika').submit({ Comment: 'deploying', ...typed });
  await untilView(/Mutes|mutes nothing/);
}

describe.skipIf(!debians)('beside a real Alertmanager', { timeout: 180_000 }, () => {
  it('made, made longer and ended from Slack; made and ended in Alertmanager: the incident follows', async () => {
    const { alertmanager } = await setUp(debians!, [{}], '', "roles: { operator: ['@mika'] }");
    const list = async (): Promise<readonly Listed[]> => {
      const all = (await (await fetch(`${alertmanager.url}/api/v2/silences`)).json()) as readonly Listed[];
      return all.filter(({ status }) => status.state === 'active');
    };
    await alertmanager.fire(named('NoisyAlert', { namespace: 'shop' }));
    const post = await posted('NoisyAlert');
    await untilShown(post, /Silence…/);

    await silence(post, {});
    expect(view()).toMatch(/Mutes the alert of INC-1, and no other/);
    await place!.slack.as('mika').submit();
    await untilView(/Done: Alertmanager main is silent/);
    const [made] = await list();
    expect(made).toMatchObject({ createdBy: 'mika', comment: expect.stringMatching(/^deploying \[hikeshi .{36}\]$/) });
    await untilShown(post, /Silenced until .*alertname="NoisyAlert" namespace="shop" severity="warning"/s);

    const before = place!.slack.user('mika').ephemerals.length;
    await place!.slack.as('mika').command('ops', '/ops silences INC-1');
    const answer = await place!.slack.until(() => place!.slack.user('mika').ephemerals[before], WITHIN_MS);
    expect(visibleText(answer)).toMatch(/1 silence.*mika: deploying · INC-1/s);
    for (let i = 0; i < 2; i++) await place!.slack.as('mika').click(answer, '1 h more');
    const later = (): Promise<number> => list().then(([one]) => Date.parse(one!.endsAt) - Date.parse(made!.endsAt));
    await expect.poll(later, { timeout: WITHIN_MS }).toBe(60 * MINUTE);
    await place!.slack.as('mika').click(answer, 'End it', { confirm: true });
    await expect.poll(list, { timeout: WITHIN_MS }).toEqual([]);
    await untilShown(post, /Nobody has it yet/);

    await alertmanager.silence(named('NoisyAlert'));
    await pass(2);
    await untilShown(post, /Silenced until .*\(e2e\)/s);
    const [theirs] = await list();
    await fetch(`${alertmanager.url}/api/v2/silence/${theirs!.id}`, { method: 'DELETE' });
    await pass(2);
    await untilShown(post, /Nobody has it yet/);
    await looks(1);
  });

  it('of a pair one member suffices', async () => {
    const [one, two] = await Promise.all([lastingPort(), lastingPort()]);
    const at = (port: number): string => `127.0.0.1:${port}`;
    const pair = [{ cluster: { listen: at(one), peer: at(two) } }, { cluster: { listen: at(two), peer: at(one) } }];
    const { alertmanager, other } = await setUp(debians!, pair, '', "roles: { operator: ['@mika'] }");
    await other!.fire(named('PairAlert'));
    await alertmanager.fire(named('PairAlert'));
    const post = await posted('PairAlert');
    await untilShown(post, /Silence…/);
    await alertmanager.kill();
    await silence(post, {});
    await place!.slack.as('mika').submit();
    await untilView(/Done: Alertmanager main is silent/);
    const all = (await (await fetch(`${other!.url}/api/v2/silences`)).json()) as readonly Listed[];
    expect(all).toHaveLength(1);
    await untilShown(post, /Silenced until/);
  });

  it('what it would not take is refused before it is asked, and what it does not answer is said so', async () => {
    const { alertmanager } = await setUp(debians!, [{}], '', "roles: { operator: ['@mika'] }");
    await alertmanager.fire(named('WideAlert'));
    const post = await posted('WideAlert');
    await untilShown(post, /Silence…/);
    await place!.slack.as('mika').click(post, 'Silence…');
    await untilView(/Matchers/);
    const refused = await place!.slack.as('mika').submit({ Comment: 'x', Matchers: 'alertname=~".+"' });
    expect(refused).toMatchObject({ ok: false });
    await place!.slack.as('mika').submit({ Comment: 'x', Matchers: 'alertname="WideAlert"' });
    await untilView(/Mutes the alert/);
    await alertmanager.kill();
    await place!.slack.as('mika').submit();
    await untilView(/does not answer \(ECONNREFUSED\)\. Nothing was changed/);
    await alertmanager.startEmpty();
    expect(await (await fetch(`${alertmanager.url}/api/v2/silences`)).json()).toEqual([]);
  });
});
