import { configYaml } from '../../sandbox/demo/scenario.ts';
import { CHANNELS } from '../../sandbox/slack/index.ts';
import { testLabels } from '../../src/alerts/test-alert.ts';
import { routeLabels } from '../../src/alerts/try-route.ts';
import { actionChannels, actionRules, alertRules } from '../../src/app/rules.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type ActionAsked, createAsk } from '../../src/core/ask/answer.ts';
import type { Command, Resources } from '../../src/core/define.ts';
import type { AskHandler } from '../../src/core/handling.ts';
import { needOf } from '../../src/core/pipeline/approvals.ts';
import { placeOf } from '../../src/core/pipeline/deps.ts';
import { resolveTarget } from '../../src/core/pipeline/draft.ts';
import { confirmForm } from '../../src/core/pipeline/forms.ts';
import type { ActionRow } from '../../src/core/pipeline/records.ts';
import { approvalNeeded } from '../../src/core/pipeline/stages/approval.ts';
import { whoMay } from '../../src/core/rights/may.ts';
import { createRights } from '../../src/core/rights/standing.ts';
import type { Form, Message } from '../../src/domain/content.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { Postgres } from '../../src/ports/postgres.ts';
import { fixedDatabase } from './database.ts';
import { ALERTMANAGER, ORDERS, REGISTRY } from './outside.ts';
import { ASKER, PLANNED, ROWS, TIMETABLE, WORKSPACE } from './rows.ts';
import { NOW } from './world.ts';

/** What the asker gets: a message that is theirs alone, or the form of an action. */
export type Shown = Message | Form;

export interface Asking {
  readonly commands: ReadonlyMap<string, Command>;
  /** The only one of production. */
  readonly cluster: Cluster;
  readonly language: Language;
  /** Its only database; default: one that answers. */
  readonly postgres?: Postgres;
  /** How long a query may take; default as in production. */
  readonly queryLimitMs?: number;
}

/**
 * Words of `/ops`, answered to an operator by the command itself; the store always says the same. Errors for people are thrown as they
 * are. The signal ends what an action is planned with.
 */
export function answering({ commands, cluster, language, postgres = ORDERS, queryLimitMs }: Asking) {
  const config = demoConfig();
  const resources = resourcesOf(config, { commands, cluster, postgres });
  const m = sentences(language);
  const { roles } = config;
  return async (typed: string, signal = new AbortController().signal): Promise<readonly Shown[]> => {
    const shown: Shown[] = [];
    const show = async (one: Shown): Promise<void> => void shown.push(one);
    const ask: AskHandler = createAsk({
      commands,
      resources,
      roles: () => roles,
      sendFile: async () => {
        throw new Error('no example asks for a file');
      },
      startAction: async (asked) => ({
        after: async (open) => show(await formOf(asked, config, resources, open, language)),
      }),
      ...(queryLimitMs !== undefined && { queryLimitMs }),
    });
    const standing = await resources.rights.standingOf(ASKER, NOW);
    if (standing.role === 'none') throw new Error('the asker of the examples may nothing');
    const { after } = await resources.db.transaction().execute((tx) =>
      ask(
        {
          kind: 'ask',
          via: 'command',
          id: 'example',
          channelId: CHANNELS.ops,
          text: typed,
          principal: ASKER,
          receivedAt: NOW,
          reply: { private: show, replace: show },
        },
        { tx, now: NOW, role: standing.role, standing, standingMs: 0, language, m },
      ),
    );
    await after?.(signal, undefined);
    if (shown.length === 0) throw new Error(`nothing is answered to: ${typed}`);
    return shown;
  };
}

/** The demo's own, so that its names and rules are those people see there. */
function demoConfig(): Config {
  const text = configYaml('en', { kubeconfig: 'unused', alertmanager: 'http://127.0.0.1:9093' });
  const loaded = loadConfig({
    path: 'hikeshi.yaml',
    env: { ALERTMANAGER_WEBHOOK_TOKEN: 'unused' },
    readFile: () => text,
    needs: [],
  });
  if (!loaded.config) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

function resourcesOf(
  config: Config,
  { commands, cluster, postgres }: Pick<Required<Asking>, 'commands' | 'cluster' | 'postgres'>,
): Resources {
  const db = fixedDatabase(ROWS);
  const rules = alertRules(config);
  const roles = () => config.roles;
  return {
    db,
    environments: new Map([['production', { name: 'production', clusters: new Map([[cluster.name, cluster]]) }]]),
    databases: new Map([['production', new Map([[postgres.name, postgres]])]]),
    images: REGISTRY,
    rights: {
      standingOf: createRights({ db, roles, team: () => WORKSPACE, lookUp: async () => undefined }),
      roles,
      commands,
      rules: (environment) => actionRules(config, environment),
      actionsIn: () => actionChannels(config),
    },
    routing: {
      sources: () => [...rules.sources.keys()],
      answers: (labels, source, now) => routeLabels(rules, labels, source, now),
    },
    actions: new Map([...commands.values()].flatMap((one) => (one.kind === 'action' ? [[one.name, one]] : []))),
    testAlerts: { labels: (severity, more) => testLabels(rules, severity, more), send: async () => 143 },
    incidentRules: () => rules,
    timetable: () => TIMETABLE,
    silencers: () => new Map([[ALERTMANAGER.name, ALERTMANAGER]]),
    linkTo: async () => 'https://example.slack.com/archives/C0ALERTS01/p1772420040000100',
  };
}

/** What the pipeline opens once it has planned: `planAndShow`, without its rows. */
async function formOf(
  { action, args, asked, question, scope }: ActionAsked,
  config: Config,
  { environments, databases }: Resources,
  signal: AbortSignal,
  language: Language,
): Promise<Form> {
  const { principal, origin } = asked;
  const draft = { action, args, principal, origin, target: { question, scope } };
  const target = await resolveTarget({ databases }, draft, signal);
  const plan = await action.plan(target, args, { ...placeOf({ environments, databases }, target), signal });
  // As a row of the store gives them back.
  const kept = JSON.parse(JSON.stringify(plan.args ?? args)) as ActionRow['args'];
  const row = { ...PLANNED, verb: action.name, args: kept, target };
  const rules = (environment: string) => actionRules(config, environment);
  const second = approvalNeeded(needOf({ rules }, row, action)) !== undefined;
  const approvers = second && whoMay(config.roles, 'approver');
  return confirmForm(sentences(language), { action, row, plan, ...(approvers && { approvers }) });
}
