import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { visibleText } from '../../sandbox/slack/index.ts';
import { query } from '../../src/commands/can.ts';
import type { Resources } from '../../src/core/define.ts';
import type { Wanted } from '../../src/core/rights/may.ts';
import type { Standing } from '../../src/core/rights/types.ts';
import { plainText } from '../../src/core/wording.ts';
import { parseTargetGlob } from '../../src/domain/target-glob.ts';
import { LANGUAGES, sentences } from '../../src/messages/catalog.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { askedBy } from '../support/asked.ts';

const PERMITTED = `${TEAM}
permissions:
  - {who: ['@hana'], verbs: [restart], on: ['production/shop/*']}
  - {who: ['@kenji'], on: ['production/*/statefulset/db']}
`;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ config: PERMITTED });
  app.cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 2 });
  app.cluster.world.create({ namespace: 'data', name: 'warehouse', replicas: 1 });
});
afterAll(() => app.close());

async function ops(person: string, typed: string): Promise<string> {
  app.slack.as(person).reload();
  const before = app.slack.user(person).ephemerals.length;
  expect(await app.slack.as(person).command('ops', `/ops ${typed}`.trim())).toMatchObject({ ok: true });
  return visibleText(await app.slack.until(() => app.slack.user(person).ephemerals[before]));
}

/** The form that a command opens, once it has been filled. */
async function form(person: string, typed: string): Promise<string> {
  app.slack.as(person).reload();
  await app.slack.as(person).command('ops', `/ops ${typed}`);
  return app.slack.until(() => {
    const words = visibleText(app.slack.as(person).view() ?? {});
    return words !== '' && !words.includes('looking at the target') && words;
  });
}

describe('can', () => {
  it('says yes with the line that says so', async () => {
    expect(await ops('mika', 'can @hana restart shop/checkout')).toMatch(
      /Yes: @hana may restart production\/main\/shop\/deployment\/checkout: permissions\[0\]/,
    );
    expect(await ops('hana', 'can @mika restart shop/checkout')).toMatch(
      /Yes: @mika may .*being operator: roles\.operator/,
    );
    expect(await ops('hana', 'can me restart')).toMatch(/Yes: you may restart on some targets: permissions\[0\]/);
    expect(await ops('kenji', 'can me restart shop/checkout')).toMatch(
      /できます: あなたは operator（roles\.operator の @kenji）なので/,
    );
  });

  it('says no with what is missing, and whom to ask', async () => {
    const elsewhere = await ops('mika', 'can @hana restart data/warehouse');
    expect(elsewhere).toMatch(
      /No: @hana may not restart production\/main\/data\/deployment\/warehouse\. permissions\[0\]/,
    );
    expect(elsewhere).toMatch(/These may: @kenji, @mika, @sato/);
    expect(await ops('mika', 'can @taro restart shop/checkout')).toMatch(
      /No: restart needs the role operator\. @taro is viewer: every full member/,
    );
  });

  it('names whom it does not know', async () => {
    expect(await ops('mika', 'can @nobody restart')).toMatch(/@nobody is nobody in this workspace/);
    expect(await ops('mika', 'can @hana restrat')).toMatch(/Did you mean restart/);
  });
});

describe('what is in the way of anybody, now', () => {
  const withRules = async (environment: string, guardrails = ''): Promise<void> => {
    const rules = PERMITTED.replace('KUBECONFIG_FILE}}', `KUBECONFIG_FILE}}${environment}`);
    await app.writeConfig(`${rules}${guardrails}`);
    expect(app.app().live.reload()).toBe('reloaded');
  };

  it('is said beside the decision: channels, a second person, guardrails with their end and who lifts them', async () => {
    await withRules(
      ", actionsIn: ['#ops'], approval: [restart]",
      '\nguardrails: {freezes: [{name: audit, from: "2020-01-01", to: "2099-01-01"}], incidentRequired: true}',
    );
    const told = await ops('mika', 'can me restart shop/checkout');
    expect(told).toMatch(/Yes: you may restart/);
    expect(told).toMatch(/are taken in #ops only/);
    expect(told).toMatch(/A second person has to approve it, and roles\.approver names nobody/);
    expect(told).toMatch(
      /Not now: production is changed only for an open incident.*The role admin may lift this once/s,
    );
    expect(told).toMatch(/Not now: Changes are frozen \(audit\) until .*--break-glass freeze/s);
    expect(await ops('mika', 'can me restart')).not.toMatch(/Not now/);
  });

  it('names the rest, looks at the workload, and ends when config says so', async () => {
    app.cluster.world.create({ namespace: 'shop', name: 'kept', labels: { 'hikeshi/protected': 'true' } });
    await withRules('', '\nguardrails: {protectedNamespaces: [shop], incidentRequired: true}');
    const told = await ops('mika', 'can me restart shop/kept');
    expect(told).toMatch(/Not now: shop is a protected namespace/);
    expect(told).toMatch(/Not now: .*shop.*kept is protected by its label hikeshi\/protected/);
    expect(told).toMatch(/Also in the way: incident-required/);
    await withRules('');
    expect(await ops('mika', 'can me restart shop/checkout')).not.toMatch(/Not now/);
  });
});

describe('a permission', () => {
  it('lets its bearer act on its targets, and nobody else, nor anywhere else', async () => {
    expect(await form('hana', 'restart shop/checkout')).toMatch(
      /production\/main\/shop\/deployment\/checkout.*Reason/s,
    );
    await app.slack.as('hana').submit({ reason: 'stuck' });
    await app.slack.until(() => app.slack.channel('ops').messages.find((m) => /Healthy/.test(visibleText(m))), 20_000);
    expect(await form('hana', 'restart data/warehouse')).toMatch(
      /You may restart production\/shop\/\*, but not production\/main\/data\/deployment\/warehouse\. Ask @kenji/,
    );
    expect(await ops('taro', 'restart shop/checkout')).toMatch(/needs the role operator/);
  });
});

describe('the answers', () => {
  const on = [parseTargetGlob('staging/*')!];
  const grants = [{ index: 0, as: { kind: 'name', name: 'dev' } as const, group: 'dev', verbs: ['restart'], on }];
  const viewer: Standing = { role: 'viewer', approver: false, grants: [], why: { rule: 'full-member' } };
  const standings: readonly Standing[] = [
    { ...viewer, role: 'operator', why: { rule: 'group-member', role: 'operator', group: 'sre' } },
    { ...viewer, grants },
    { ...viewer, why: { rule: 'slack-away' } },
    { ...viewer, role: 'none', why: { rule: 'guest' } },
  ];

  it.each(LANGUAGES)('are whole sentences in %s, of oneself and of others', async (language) => {
    const told = standings.flatMap((standing) =>
      ['me', '@U0HANA'].flatMap((who) =>
        ['restart', 'wipe'].map(async (verb) => {
          const { blocks } = await query.answer({ who, verb }, bookOf(standing), askedBy(), sentences(language));
          return blocks.flatMap((b) => (b.kind === 'text' ? [plainText(b.text)] : []));
        }),
      ),
    );
    expect(await Promise.all(told)).toMatchSnapshot();
  });
});

function bookOf(standing: Standing): Pick<Resources, 'rights' | 'environments' | 'databases' | 'db'> {
  const wanted = (name: string, role: Wanted['role']): [string, Wanted] => [name, { kind: 'action', name, role }];
  const sre = [{ kind: 'name', name: 'sre' } as const];
  return {
    environments: new Map(),
    databases: new Map(),
    db: app.app().database.db,
    rights: {
      standingOf: async () => ({ ...standing, name: 'hana' }),
      roles: () => ({ viewer: [], operator: sre, admin: sre, approver: [], default: 'viewer', permissions: [] }),
      commands: new Map([wanted('restart', 'operator'), wanted('wipe', 'admin')]),
      rules: () => expect.unreachable(),
      actionsIn: () => new Map(),
    },
  };
}
