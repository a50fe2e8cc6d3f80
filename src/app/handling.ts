import type { Logger } from 'pino';
import type { Slack } from '../adapters/slack/index.ts';
import { routeLabels } from '../alerts/try-route.ts';
import { createAsk } from '../core/ask/answer.ts';
import type { Databases } from '../core/databases.ts';
import type { LinkTo, Resources, TestAlerts } from '../core/define.ts';
import type { Environments } from '../core/environments.ts';
import { createInbound } from '../core/inbound.ts';
import { createPipeline, type PipelineDeps } from '../core/pipeline/index.ts';
import { approversOf } from '../core/rights/approvers.ts';
import type { RightsBook } from '../core/rights/book.ts';
import { whoMay } from '../core/rights/may.ts';
import { createRights, type StandingOf } from '../core/rights/standing.ts';
import { withShare } from '../core/share/offer.ts';
import { rightsOfEntry } from '../core/timetable/rights.ts';
import type { Trouble } from '../core/trouble.ts';
import { timeLimit } from '../core/wake.ts';
import { createHome } from '../incidents/home/index.ts';
import type { ClickParts } from '../incidents/press.ts';
import { type Chat, ChatError, type Files, type InboundHandler, type Sent, type TextFile } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Database, Db } from '../ports/database.ts';
import type { Images } from '../ports/images.ts';
import type { Queue } from '../ports/queue.ts';
import type { KnownSecrets } from './known-secrets.ts';
import { configChannels, type Live } from './live.ts';
import type { Metrics } from './metrics.ts';
import type { Modules } from './modules.ts';
import { openPeople, type People } from './people.ts';
import { pressesOf } from './presses.ts';
import { actionChannels, actionRules } from './rules.ts';
import { passingFault } from './slack-side.ts';
import type { Telling } from './subjects.ts';

const LINK_MS = 1_000;
/** All calls for one file. */
const FILE_MS = 8_000;

export interface HandlingParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly live: Live;
  readonly modules: Modules;
  readonly environments: Environments;
  readonly databases: Databases;
  readonly images: Images;
  readonly queue: Queue;
  readonly wakeOutbox: () => void;
  readonly slackTrouble: Trouble;
  readonly metrics: Pick<Metrics, 'checked'>;
  readonly secrets: Pick<KnownSecrets, 'mask'>;
}

export interface AppHandling {
  readonly inbound: InboundHandler;
  readonly people: People;
  readonly pipelineDeps: PipelineDeps;
  readonly telling: Telling;
  /** Slack and what it calls need each other; this closes the ring before anything starts. */
  connect(slack: Pick<Slack, 'directory' | 'chat'>): void;
}

/** Everything that answers people: rights, words, buttons, forms. */
export function createHandling(parts: HandlingParts & { readonly testAlerts: TestAlerts }): AppHandling {
  const { database, clock, log, live, modules, environments } = parts;
  const roles = () => live.config().roles;
  let chat: (Chat & Files) | undefined;
  const wayTo: LinkTo = (at, signal) => linkTo(chat, at, signal);
  const people = openPeople({
    db: database.db,
    clock,
    log,
    trouble: parts.slackTrouble,
    channels: () => configChannels(live.config()),
  });
  const standingOf = createRights({
    db: database.receiving,
    roles,
    team: () => people.team(),
    lookUp: (id, signal) => people.lookUp(id, signal),
  });
  const pipelineDeps: PipelineDeps = {
    db: database.db,
    clock,
    log,
    environments,
    databases: parts.databases,
    actions: modules.actions,
    approvers: (db) => approversOf(db, roles().approver),
    rightsOf: rightsWith(standingOf, live, database.db),
    whoMay: (needed, about) => whoMay(roles(), needed, about),
    fallbackChannel: () => live.rules().fallbackChannel,
    rules: (environment) => actionRules(live.config(), environment),
    wake: (jobId) => parts.queue.wake(jobId),
    wakeOutbox: parts.wakeOutbox,
    onChecked: parts.metrics.checked,
  };
  const rights: RightsBook = {
    standingOf,
    roles,
    commands: modules.commands,
    rules: pipelineDeps.rules,
    actionsIn: () => actionChannels(live.config()),
  };
  const pipeline = createPipeline(pipelineDeps);
  const clickParts = clickPartsOf(parts, pipelineDeps);
  const ask = createAsk({
    commands: modules.commands,
    resources: resourcesOf(parts, rights, wayTo),
    roles,
    sendFile: (personId, file, signal) => sendFile(chat, personId, file, signal),
    startAction: pipeline.startAction,
    share: (message, told, m) => withShare({ db: database.db, mask: parts.secrets.mask }, message, told, m),
  });
  const home = createHome({
    db: database.db,
    clock,
    standingOf,
    rules: () => live.rules(),
    language: () => live.config().slack.language,
    commands: modules.commands,
    linkTo: wayTo,
  });
  const inbound = createInbound({
    db: database.receiving,
    clock,
    standingOf,
    language: () => live.config().slack.language,
    ask,
    commands: modules.commands,
    ...pressesOf(pipeline, clickParts, ask, modules.commands, home.clicks),
    home: home.opened,
    changed: (change) => people.changed(change),
    outbox: { db: database.db, wake: parts.wakeOutbox },
    passingFault,
    awaySince: (system) =>
      clustersOf(environments)
        .find((c) => c.name === system)
        ?.awaySince?.(),
    onError: (error, { id, request }) => log.error({ err: error, id, request }, 'a request failed'),
  });
  return {
    inbound,
    people,
    pipelineDeps,
    telling: { actions: modules.actions, whoMay: pipelineDeps.whoMay },
    connect: (slack) => {
      chat = slack.chat;
      people.connect(slack.directory);
    },
  };
}

/** An entry of the timetable may what it says as long as it is there; nobody else has rights without being a person. */
function rightsWith(standingOf: StandingOf, live: Live, db: Db): PipelineDeps['rightsOf'] {
  return async (principal, now) => {
    if (principal.kind === 'slack') return standingOf(principal, now);
    if (principal.kind === 'schedule') return rightsOfEntry(db, live.timetable(), principal.id, now);
    return { role: 'none', grants: [] };
  };
}

/** What commands may be given, each what it names. */
function resourcesOf(
  parts: HandlingParts & { readonly testAlerts: TestAlerts },
  rights: RightsBook,
  wayTo: LinkTo,
): Resources {
  const { live } = parts;
  return {
    environments: parts.environments,
    databases: parts.databases,
    images: parts.images,
    db: parts.database.db,
    rights,
    actions: parts.modules.actions,
    routing: {
      sources: () => [...live.rules().sources.keys()],
      answers: (labels, source, now) => routeLabels(live.rules(), labels, source, now),
    },
    testAlerts: parts.testAlerts,
    incidentRules: () => live.rules(),
    silencers: () => live.silencers(),
    timetable: () => live.timetable(),
    linkTo: wayTo,
  };
}

/** @throws ChatError */
async function sendFile(
  chat: Files | undefined,
  personId: string,
  file: TextFile,
  signal: AbortSignal,
): Promise<string> {
  if (!chat) throw new ChatError('passing', 'not_connected');
  return chat.sendFile(personId, file, { signal, timeoutMs: FILE_MS });
}

function clickPartsOf(
  { database, databases, live, clock, wakeOutbox, images, secrets }: HandlingParts,
  { whoMay: who, environments }: PipelineDeps,
): ClickParts {
  return {
    db: database.db,
    rules: () => live.rules(),
    wake: wakeOutbox,
    silencers: () => live.silencers(),
    whoMay: who,
    now: () => clock.now(),
    environments,
    databases,
    images,
    mask: secrets.mask,
  };
}

/** A link is a convenience: nothing waits for it long, and nothing fails without it. */
async function linkTo(chat: Chat | undefined, at: Sent, signal: AbortSignal): Promise<string | undefined> {
  const limit = { signal: timeLimit(LINK_MS, signal), timeoutMs: LINK_MS };
  return chat?.permalink(at, limit).catch(() => undefined);
}

function clustersOf(environments: Environments): readonly Cluster[] {
  return [...environments.values()].flatMap((environment) => [...environment.clusters.values()]);
}
