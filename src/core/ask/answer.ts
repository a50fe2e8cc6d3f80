import { type Message, messageOf } from '../../domain/content.ts';
import { GUARD_RULES, type GuardRule, isGuardRule } from '../../domain/guardrails.ts';
import { storable } from '../../domain/storable.ts';
import type { Term } from '../../domain/term.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { userError } from '../../messages/user-error.ts';
import { type AskRequest, ChatError, type TextFile } from '../../ports/chat.ts';
import { audit } from '../audit.ts';
import { namesOf } from '../databases.ts';
import {
  type Action,
  type Answered,
  type Asked,
  type Command,
  type Need,
  QUERY_LIMIT_MS,
  type Query,
  type Resources,
} from '../define.ts';
import { type Answering, type AskHandler, type Handling, namedPrincipal } from '../handling.ts';
import { databaseOfIncident } from '../incident-alerts.ts';
import { whileOpen } from '../limit.ts';
import { nearest } from '../nearest.ts';
import { auditRefusal, originOf, typedOf } from '../requests.ts';
import { mayRun, whoMay } from '../rights/may.ts';
import type { RolesConfig } from '../rights/types.ts';
import type { TargetQuestion, TargetScope } from '../targets.ts';
import { timeLimit } from '../wake.ts';
import { helpOf, helpOfCommand } from './help.ts';
import { fromKubectl } from './kubectl-words.ts';
import { lastsTyped } from './lasts.ts';
import { nearButtons } from './near.ts';
import { formatNumber, type Numbered, parseNumber, type ShortNumber } from './numbers.ts';
import { overviewOf } from './overview.ts';
import { asksForHelp, findVerb, type Parsed, parseWords, readArgs, yamlMeant } from './parse.ts';
import { withButtonShown } from './pressed-words.ts';
import { offered, placeOf, sayButton } from './say.ts';
import { incidentOfThread, type ThreadIncident } from './thread.ts';
import { tokenize, type Word } from './tokenize.ts';
import { isCut } from './whole.ts';

/** How long an answer waits for its button that shows it to all. */
const KEEP_LIMIT_MS = 500;

/** An action that somebody typed and may start; the pipeline takes it from here. */
export interface ActionAsked {
  readonly action: Action;
  /** As `action.args` gave them. */
  readonly args: unknown;
  readonly ask: AskRequest;
  readonly asked: Omit<Asked, 'signal'>;
  /** What was typed of the target, and where to look for it: for `findTarget`. */
  readonly question: TargetQuestion;
  readonly scope: Omit<TargetScope, 'signal'>;
  readonly incidentId?: number;
  /** `--break-glass`. */
  readonly lift?: GuardRule;
  /** `--for`. */
  readonly term?: Term;
}

/** A private answer, for what is offered beside it. */
export interface ToldAlone {
  readonly query: Query;
  readonly args: unknown;
  readonly ask: AskRequest;
  readonly asked: Pick<Asked, 'principal' | 'origin' | 'now'>;
}

export interface AskParts {
  /** By verb. */
  readonly commands: ReadonlyMap<string, Command>;
  readonly resources: Resources;
  /** The roles of the running config: whom to ask when one may not. */
  readonly roles: () => RolesConfig;
  /** Into the direct conversation with the asker; answers the file's link. */
  readonly sendFile: (personId: string, file: TextFile, signal: AbortSignal) => Promise<string>;
  readonly startAction: (asked: ActionAsked, handling: Handling) => Promise<Answering>;
  /** The answer with a button that shows it to all, where there may be one; absent: nowhere. */
  readonly share?: (message: Message, told: ToldAlone, m: Catalog) => Promise<Message>;
  /** For tests; default 10 s. */
  readonly queryLimitMs?: number;
}

/** What `/ops`, a mention or a direct message says; whatever is looked for in the database can be. */
export function createAsk(parts: AskParts): AskHandler {
  return async (ask, handling) => {
    const typed = wordsOf(storable(ask.text), parts.commands);
    const [verb, ...words] = await withButtonShown(typed, parts.commands, ask, handling);
    if (!verb) return overview(parts, ask, handling);
    if (isHelp(verb)) return help(parts, ask, handling, words[0]);
    const command = findVerb(parts.commands, verb.value);
    if (asksForHelp(words)) return tell(ask, helpOfCommand(handling.m, command, handling.standing));
    return runIfMay(parts, ask, handling, command, words);
  };
}

async function runIfMay(
  parts: AskParts,
  ask: AskRequest,
  handling: Handling,
  command: Command,
  words: readonly Word[],
): Promise<Answering> {
  if (!mayRun(handling.standing, command)) return refuse(parts, ask, handling, command);
  const parsed = parseWords(command, words);
  const one = parts.commands.get('yaml');
  const meant = one && yamlMeant(command.name, parsed);
  return meant ? runIfMay(parts, ask, handling, one, meant) : run(parts, ask, handling, command, parsed);
}

/** Which command shows what a number stands for. */
const SHOWN_BY: Readonly<Record<Numbered, string>> = {
  incident: 'incident',
  job: 'jobs',
  approval: 'approvals',
  message: 'outbox',
};

/** The words with their verb first; a number alone asks to be shown. */
function wordsOf(text: string, commands: ReadonlyMap<string, Command>): readonly Word[] {
  const words = fromKubectl(tokenize(text), commands);
  const [number, used] = numberIn(words);
  const verb = number && SHOWN_BY[number.of];
  if (verb === undefined || !commands.has(verb)) return words;
  return [...[verb, formatNumber(number!)].map((value) => ({ value, quoted: false })), ...words.slice(used)];
}

/** `INC-142`, or `INC 142` in two words; how many words it is. */
function numberIn([first, second]: readonly Word[]): readonly [ShortNumber | undefined, number] {
  const alone = parseNumber(first?.value ?? '');
  return alone || !second ? [alone, 1] : [parseNumber(`${first!.value} ${second.value}`), 2];
}

function isHelp({ value }: Word): boolean {
  return ['help', '--help', '-h', '?', 'ヘルプ'].includes(value.toLowerCase());
}

function overview(parts: AskParts, ask: AskRequest, { m, standing }: Handling): Answering {
  return {
    after: async () => ask.reply.private(await overviewOf(m, parts.resources.db, parts.commands, standing)),
  };
}

function help(parts: AskParts, ask: AskRequest, { m, standing }: Handling, about: Word | undefined): Answering {
  if (!about) return tell(ask, helpOf(m, parts.commands, standing));
  return tell(ask, helpOfCommand(m, findVerb(parts.commands, about.value), standing));
}

function tell(ask: AskRequest, answered: Answered): Answering {
  return { after: () => ask.reply.private(answered) };
}

async function refuse(
  parts: AskParts,
  ask: AskRequest,
  { tx, m, role, now }: Handling,
  command: Command,
): Promise<Answering> {
  await auditRefusal(tx, ask, `needs-${command.role}`, now);
  const who = whoMay(parts.roles(), command.role);
  const words = m.ops.needsRole({ what: `/ops ${command.name}`, needed: command.role, role, who });
  return tell(ask, messageOf(words));
}

async function run(
  parts: AskParts,
  ask: AskRequest,
  handling: Handling,
  command: Command,
  parsed: Parsed,
): Promise<Answering> {
  const args = readArgs(command, parsed.given, handling.language);
  const incident = await incidentAsked(parts, ask, handling, command);
  const asked = askedOf(parts, ask, handling, parsed, incident);
  if (command.kind === 'query') return runQuery(parts, ask, handling, command, args, asked);
  const { environment, cluster } = asked;
  return parts.startAction(
    {
      action: command,
      args,
      ask,
      asked,
      question: { cluster, ...command.target(args), ...(parsed.environment && { environment: parsed.environment }) },
      scope: { environments: parts.resources.environments, environment, ...targetOf(incident) },
      ...(incident && { incidentId: incident.id }),
      ...(parsed.lift !== undefined && { lift: guardRule(parsed.lift) }),
      ...termOf(command, parsed),
    },
    handling,
  );
}

/** With the database that it is about, for what may be asked of one. */
async function incidentAsked(
  { resources }: AskParts,
  ask: AskRequest,
  { tx }: Handling,
  { needs }: Command,
): Promise<ThreadIncident | undefined> {
  const incident = await incidentOfThread(tx, ask);
  if (!incident || !needs.some((need) => need === 'databases')) return incident;
  const database = await databaseOfIncident(tx, incident, namesOf(resources.databases));
  return { ...incident, ...(database && { database }) };
}

function askedOf(
  parts: AskParts,
  ask: AskRequest,
  handling: Handling,
  parsed: Parsed,
  incident: ThreadIncident | undefined,
): Omit<Asked, 'signal'> {
  const { role, language, now, channelEnvironment } = handling;
  const environment = environmentOf(parts.resources, parsed.environment, incident?.environment, channelEnvironment);
  return {
    principal: namedPrincipal(ask, handling),
    role,
    language,
    now,
    origin: { ...originOf(ask), ...(incident && { incident: incident.number }) },
    ...(environment !== undefined && { environment }),
    ...(parsed.environment !== undefined && { typed: parsed.environment }),
    ...(parsed.cluster !== undefined && { cluster: parsed.cluster }),
    ...(parsed.whole && { whole: true }),
    ...targetOf(incident),
  };
}

function targetOf(incident: ThreadIncident | undefined): Pick<Asked, 'incidentTarget' | 'incidentDatabase'> {
  const { target, database } = incident ?? {};
  return { ...(target && { incidentTarget: target }), ...(database && { incidentDatabase: database }) };
}

/** What was typed must exist; an incident's or channel's that config no longer has is as good as none. */
function environmentOf(
  { environments }: Resources,
  typed: string | undefined,
  ...defaults: readonly (string | undefined)[]
): string | undefined {
  if (typed === undefined) return defaults.find((name) => name !== undefined && environments.has(name));
  if (environments.has(typed)) return typed;
  const known = [...environments.keys()];
  if (known.length === 0) throw userError('no-environments');
  throw userError('no-such-environment', { environment: typed, near: nearest(typed, known), environments: known });
}

/** For how long: of what can be taken back. */
function termOf({ name, undo }: Action, { lasts, auto }: Parsed): { readonly term?: Term } {
  if (lasts === undefined) {
    if (auto) throw userError('auto-without-for');
    return {};
  }
  if (!undo) throw userError('no-way-back', { verb: name });
  return { term: { lastsMs: lastsTyped(lasts), how: auto ? 'auto' : 'ask' } };
}

function guardRule(typed: string): GuardRule {
  if (isGuardRule(typed)) return typed;
  throw userError('no-such-guardrail', { typed, near: nearest(typed, GUARD_RULES), rules: GUARD_RULES });
}

/** The request is noted and acknowledged first; clusters are asked afterwards. */
async function runQuery(
  parts: AskParts,
  ask: AskRequest,
  { tx, m, now, standing }: Handling,
  query: Query,
  args: unknown,
  asked: Omit<Asked, 'signal'>,
): Promise<Answering> {
  const { principal, origin } = asked;
  const entry = { stage: 'asked', verb: query.name, target: typedOf(ask), rule: query.role, outcome: 'ok' } as const;
  await audit(tx, { ...entry, principal, origin }, now);
  return {
    async after(stopping) {
      const limitMs = parts.queryLimitMs ?? QUERY_LIMIT_MS;
      const signal = timeLimit(limitMs, stopping);
      try {
        const resources = pick(parts.resources, query.needs);
        const answered = await whileOpen(query.answer(args, resources, { ...asked, signal }, m), signal);
        const may = (verb: string): boolean => mayRun(standing, findVerb(parts.commands, verb)) !== undefined;
        const blocks = [...answered.blocks, ...nearButtons(ask, answered.near, parts.commands)];
        const shown = { ...answered, blocks: offered(blocks, may) };
        if (asked.whole) return await tellInFile(parts, ask, { query, answered: shown, m, signal });
        const message = withFile(ask, shown, m);
        await ask.reply.private(await shareable(parts, message, { query, args, ask, asked }, m));
      } catch (error) {
        if (!signal.aborted) throw error;
        const seconds = Math.round(limitMs / 1_000);
        const words = stopping.aborted
          ? m.ops.beingUpgraded()
          : m.ops.tookTooLong({ what: `/ops ${query.name}`, seconds });
        await ask.reply.private(messageOf(words));
      }
    },
  };
}

/** Who asked gets the answer, whether or not it can be kept, and soon. */
async function shareable({ share }: AskParts, message: Message, told: ToldAlone, m: Catalog): Promise<Message> {
  if (!share) return message;
  return whileOpen(share(message, told, m), timeLimit(KEEP_LIMIT_MS)).catch(() => message);
}

/** With a button for the rest, where something was left out. */
function withFile(ask: AskRequest, answered: Answered, m: Catalog): Message {
  const { text, blocks } = answered;
  if (!isCut(answered)) return { text, blocks };
  const button = sayButton(m.ops.file.button, `${ask.text.trim()} --file`, { at: placeOf(ask) });
  return { text, blocks: [...blocks, { kind: 'buttons', buttons: [button] }] };
}

async function tellInFile(
  { sendFile }: AskParts,
  { text, principal, reply }: AskRequest,
  { query, answered, m, signal }: { query: Query; answered: Answered; m: Catalog; signal: AbortSignal },
): Promise<void> {
  const file = { name: `${query.name}.txt`, title: `/ops ${text.trim().replace(/\s+--file$/, '')}`, content: answered };
  try {
    const link = await sendFile(principal.id, file, signal);
    await reply.private(messageOf(m.ops.file.sent({ link })));
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    throw userError('no-file', { reason: error.code });
  }
}

/** What the module named, and nothing else. */
function pick<Needs extends Need>(resources: Resources, needs: readonly Needs[]): Pick<Resources, Needs> {
  const named = Object.fromEntries(needs.map((need) => [need, resources[need]]));
  // What is put together by names has no type of its own: these are the needs, each with what it names.
  return named as Pick<Resources, Needs>;
}
