import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { type SimulatedCluster, startCluster } from '../../../sandbox/cluster/index.ts';
import { createCluster } from '../../../src/adapters/kubernetes/cluster.ts';
import { action as restart } from '../../../src/commands/restart.ts';
import type { ActionRules } from '../../../src/core/action-rules.ts';
import type { ActionAsked } from '../../../src/core/ask/answer.ts';
import type { Databases } from '../../../src/core/databases.ts';
import type { Action, Command, Role } from '../../../src/core/define.ts';
import type { Environments } from '../../../src/core/environments.ts';
import { createInbound } from '../../../src/core/inbound.ts';
import { holdClaim, LostClaim } from '../../../src/core/jobs/claimed.ts';
import { claimDue, type JobRow } from '../../../src/core/jobs/rows.ts';
import { wordAsker } from '../../../src/core/pipeline/asker-words.ts';
import { CONFIRM_FORM } from '../../../src/core/pipeline/forms.ts';
import { createPipeline, type PipelineDeps, showActionPost } from '../../../src/core/pipeline/index.ts';
import type { Grant, Rights } from '../../../src/core/rights/types.ts';
import { plainText } from '../../../src/core/wording.ts';
import type { Button, Carried, Form, Message, Text } from '../../../src/domain/content.ts';
import { DEFAULT_GUARDRAILS, type GuardRule } from '../../../src/domain/guardrails.ts';
import type { Principal } from '../../../src/domain/principal.ts';
import { parseTargetGlob } from '../../../src/domain/target-glob.ts';
import type { Term } from '../../../src/domain/term.ts';
import type { Target } from '../../../src/domain/workload.ts';
import { job as actionJob } from '../../../src/jobs/action.ts';
import type { Language } from '../../../src/messages/catalog.ts';
import type { Answer, Inbound, Reply } from '../../../src/ports/chat.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import { openTestDatabase, type TestDatabase } from '../../support/postgres.ts';

export const CHANNEL = 'C0OPS';
export const TARGET: Target = {
  environment: 'production',
  cluster: 'main',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'checkout',
};

export type Someone = Extract<Principal, { kind: 'slack' }>;
export const AIKO: Someone = { kind: 'slack', id: 'U0AIKO', team: 'T1', name: 'aiko' };
export const BEN: Someone = { kind: 'slack', id: 'U0BEN', team: 'T1', name: 'ben' };

/** What one person was shown for one request. */
export interface Shown {
  readonly answer: Answer;
  readonly forms: Form[];
  readonly messages: Message[];
}

/** A pipeline on a real database and a simulated cluster, driven one request and one claim at a time; time is moved. */
export interface Bench {
  readonly database: TestDatabase;
  readonly cluster: SimulatedCluster;
  readonly deps: PipelineDeps;
  readonly woken: string[];
  advance(ms: number): void;
  now(): Date;
  /** Anybody not named is an operator. */
  setRole(who: Principal, role: Role): void;
  /** U0LEAD is one already. */
  setApprover(who: Principal): void;
  /** Makes a viewer of them, with a permission on these. */
  permit(who: Principal, ...on: string[]): void;
  setRules(rules: Partial<ActionRules>): void;
  ask(who: Someone, options?: AskOptions): Promise<Shown>;
  click(who: Someone, button: string, carries: object): Promise<Shown>;
  submit(who: Someone, form: string, carries: object, values?: Record<string, string>): Promise<Shown>;
  /** Typed and previewed: what the confirm form carries. */
  preview(who?: Someone, options?: AskOptions): Promise<Previewed>;
  /** Typed, previewed, confirmed: the action's id. */
  confirmed(who?: Someone, options?: AskOptions): Promise<string>;
  /** One claim of whatever is due, as a worker makes it; `undefined`: nothing is due. */
  work(options?: { readonly kill?: Kill }): Promise<JobRow | undefined>;
  /** Works and lets time pass until the job has ended. */
  toEnd(actionId: string): Promise<void>;
  job(actionId: string): Promise<JobRow>;
  action(id: string): Promise<Awaited<ReturnType<typeof actionOf>>>;
  audits(): Promise<string[]>;
  /** What the checkout is scaled to. */
  replicas(): number | undefined;
  /** The post as plain lines, buttons in brackets. */
  post(actionId: string, language?: Language): Promise<string[]>;
  postButtons(actionId: string): Promise<readonly Button[]>;
  /** What was said under the posts to who asked, blocks and all. */
  saidToAsker(): Promise<string[]>;
  close(): Promise<void>;
}

/** The stages of an action that went all the way, from its plan on. */
export const ALL_THE_WAY = ['planned', 'confirmed', 'not-required', 'executing', 'executed', 'watched'];

/** What a confirm form carries. */
export type Previewed = Carried & { readonly action: string };

/** @throws where the form is another one, with its words */
export function previewed(form: Form): Previewed {
  if (form.id !== CONFIRM_FORM) throw new Error(`no preview: ${formWords(form)}`);
  return { ...form.carries, action: String(form.carries['action']) };
}

export interface AskOptions {
  /** Another than the bench's own; one of its `also`. */
  readonly action?: Action;
  /** As the action's `args` would give them. */
  readonly args?: object;
  readonly target?: Target;
  /** What is typed of the target, which is then looked for. */
  readonly typed?: string;
  readonly via?: 'command' | 'mention' | 'dm';
  readonly incidentId?: number;
  readonly reason?: string;
  /** `--break-glass`. */
  readonly lift?: GuardRule;
  /** `--for`. */
  readonly term?: Term;
}

/** Where a worker dies: nothing that it wanted to save after that is saved. */
export type Kill = 'before-execute' | 'in-execute' | 'after-execute';

export interface BenchOptions {
  readonly action?: Action;
  /** Further ones that the pipeline knows. */
  readonly also?: readonly Action[];
  readonly cluster?: Cluster;
  readonly databases?: Databases;
  readonly requireReason?: boolean;
  readonly approval?: readonly string[];
  readonly executeWithinMs?: number;
  readonly compareWithinMs?: number;
  /** Of what is said and shown; without it English. */
  readonly language?: Language;
}

async function actionOf(database: TestDatabase, id: string) {
  return database.db.selectFrom('actions').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const database = await openTestDatabase();
  const time = { now: new Date('2026-03-02T03:00:00Z') };
  const clock = { now: () => new Date(time.now) };
  const cluster = await startCluster({ stepMs: 0 });
  cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 3, image: 'registry.example/checkout:1.4' });
  const adapter = createCluster({
    name: 'main',
    kubeconfig: { text: cluster.kubeconfig },
    limits: { requestMs: 8_000, operationMs: 10_000 },
  });
  const port = options.cluster ?? adapter;
  const environments: Environments = new Map([
    [
      'production',
      {
        name: 'production',
        clusters: new Map([['main', port]]),
      },
    ],
  ]);
  const action: Action = options.action ?? restart;
  const roles = new Map<string, Role>();
  const approvers = new Set(['U0LEAD']);
  const grants = new Map<string, readonly Grant[]>();
  const rightsOf = (id: string): Rights => ({ role: roles.get(id) ?? 'operator', grants: grants.get(id) ?? [] });
  let rules: ActionRules = {
    guardrails: DEFAULT_GUARDRAILS,
    requireReason: options.requireReason ?? true,
    approval: options.approval ?? [],
  };
  const woken: string[] = [];
  const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' });
  const deps: PipelineDeps = {
    db: database.db,
    clock,
    log,
    environments,
    databases: options.databases ?? new Map(),
    actions: new Map([action, ...(options.also ?? [])].map((one) => [one.name, one])),
    approvers: async () => ['U0LEAD'],
    rightsOf: async (who) => rightsOf(who.id),
    whoMay: () => [{ mention: { kind: 'person', id: 'U0LEAD' } }],
    fallbackChannel: () => '#fallback',
    rules: () => rules,
    wake: async (id) => {
      woken.push(id);
    },
    executeWithinMs: options.executeWithinMs,
    compareWithinMs: options.compareWithinMs,
  };
  const pipeline = createPipeline(deps);
  let asking: AskOptions = {};
  const inbound = createInbound({
    db: database.receiving,
    clock,
    standingOf: async (who) => ({
      ...rightsOf(who.id),
      approver: approvers.has(who.id),
      why: { rule: 'full-member' },
      name: who.name,
    }),
    language: () => options.language ?? 'en',
    commands: new Map<string, Command>([[action.name, action]]),
    ask: (ask, handling) => {
      const asked: ActionAsked = {
        action: asking.action ?? action,
        args: asking.args ?? {},
        ask,
        asked: {
          principal: ask.principal,
          role: handling.role,
          origin: { kind: ask.via, channel: ask.channelId },
          language: handling.language,
          now: handling.now,
        },
        question: asking.typed === undefined ? {} : { text: asking.typed },
        ...(asking.lift && { lift: asking.lift }),
        ...(asking.term && { term: asking.term }),
        scope: { environments, incidentTarget: asking.target ?? TARGET },
        ...(asking.incidentId !== undefined && { incidentId: asking.incidentId }),
      };
      return pipeline.startAction(asked, handling);
    },
    clicks: pipeline.clicks,
    forms: pipeline.forms,
    home: async () => undefined,
    changed: async () => undefined,
    passingFault: () => undefined,
    onError: (error) => log.error(error),
    limitMs: 10_000,
  });

  const send = async (request: (reply: Reply) => Inbound, withForm = true): Promise<Shown> => {
    const shown = { forms: [] as Form[], messages: [] as Message[] };
    const tell = async (message: Message): Promise<void> => {
      shown.messages.push(message);
    };
    const show = async (form: Form): Promise<void> => {
      shown.forms.push(form);
    };
    const reply: Reply = {
      private: tell,
      replace: tell,
      ...(withForm && {
        openForm: async (form: Form) => {
          await show(form);
          return { id: 'V1', update: show };
        },
      }),
    };
    const answer = await inbound(request(reply));
    await answer.after?.(new AbortController().signal);
    return { answer, ...shown };
  };

  const base = (who: Someone, reply: Reply) => ({ id: randomUUID(), principal: who, reply, receivedAt: time.now });
  const claiming = () => ({
    owner: `worker-${randomUUID()}`,
    leaseMs: 30_000,
    kinds: new Map([[actionJob.name, actionJob.v]]),
    now: time.now,
  });

  const bench: Bench = {
    database,
    cluster,
    deps,
    woken,
    now: () => time.now,
    advance(ms) {
      time.now = new Date(time.now.getTime() + ms);
    },
    setRole: (who, role) => {
      roles.set(who.id, role);
    },
    setApprover: (who) => {
      approvers.add(who.id);
    },
    permit: (who, ...on) => {
      roles.set(who.id, 'viewer');
      const globs = on.map((text) => parseTargetGlob(text)!);
      grants.set(who.id, [{ index: 0, as: { kind: 'user', id: who.id }, verbs: 'all', on: globs }]);
    },
    setRules: (changed) => {
      rules = { ...rules, ...changed };
    },
    ask: (who, opts = {}) => {
      asking = opts;
      const via = opts.via ?? 'command';
      return send(
        (reply) => ({
          ...base(who, reply),
          kind: 'ask',
          via,
          channelId: CHANNEL,
          text: `${action.name} shop/checkout`,
        }),
        via === 'command',
      );
    },
    click: (who, button, carries) =>
      send((reply) => ({
        ...base(who, reply),
        kind: 'click',
        channelId: CHANNEL,
        messageTs: '1.1',
        ephemeral: false,
        button,
        carries,
        actionTs: '1.2',
      })),
    submit: (who, form, carries, values = {}) =>
      send((reply) => ({ ...base(who, reply), kind: 'submit', form, carries, values })),
    async preview(who = AIKO, opts = {}) {
      const { forms } = await bench.ask(who, opts);
      return previewed(forms.at(-1)!);
    },
    async confirmed(who = AIKO, opts = {}) {
      const carries = await bench.preview(who, opts);
      const { answer } = await bench.submit(who, CONFIRM_FORM, carries, { reason: opts.reason ?? 'memory leak' });
      if (answer.ack) throw new Error(`not confirmed: ${JSON.stringify(answer.ack)}`);
      return carries.action;
    },
    async work({ kill } = {}) {
      const [row] = await claimDue(database.db, 1, claiming());
      if (row) await step(deps, row, kill);
      return row;
    },
    async toEnd(id) {
      for (let i = 0; i < 400 && (await bench.job(id)).finished_at === null; i++) {
        await bench.work();
        bench.advance(3_000);
        cluster.world.tick(3);
      }
    },
    job: (id) => database.db.selectFrom('jobs').selectAll().where('action_id', '=', id).executeTakeFirstOrThrow(),
    action: (id) => actionOf(database, id),
    async audits() {
      const rows = await database.db.selectFrom('audit').select(['stage', 'rule', 'outcome']).orderBy('id').execute();
      return rows.map((r) => r.stage);
    },
    replicas: () => cluster.world.store.list('deployments').find((d) => d.metadata.name === TARGET.name)?.spec.replicas,
    async post(id, language = 'en') {
      const message = await render(id, language);
      return message.blocks.flatMap(linesOf);
    },
    async postButtons(id) {
      return (await render(id, 'en')).blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []));
    },
    async saidToAsker() {
      const rows = await database.db.selectFrom('outbox').selectAll().where('kind', '=', 'say').orderBy('id').execute();
      const said = rows.filter(({ payload }) => payload['say'] === 'asker');
      const words = said.map((row) =>
        wordAsker(deps)(database.db, { ...row, createdAt: row.created_at, language: 'en' }, time.now),
      );
      return (await Promise.all(words)).map((worded) => {
        if (worded.kind !== 'message') throw new Error(worded.reason);
        return worded.message.blocks.flatMap(linesOf).join('\n');
      });
    },
    async close() {
      await adapter.close();
      await cluster.close();
      await database.close();
    },
  };

  async function render(id: string, language: Language): Promise<Message> {
    const show = showActionPost(deps);
    const post = { id: 1, subject: `action:${id}`, purpose: 'main', channel: CHANNEL, first: false, language };
    const message = await show(database.db, post, time.now);
    if (!message) throw new Error('nothing to show');
    return message;
  }

  return bench;
}

/** One claim, stepped as the runner steps it; a killed worker loses its claim at that point. */
export async function step(deps: PipelineDeps, row: JobRow, kill?: Kill): Promise<void> {
  const claim = holdClaim(row, {
    db: deps.db,
    leaseMs: 30_000,
    now: () => deps.clock.now(),
    signal: new AbortController().signal,
  });
  const dying = kill ? killing(deps, kill) : deps;
  const claimed =
    kill === 'before-execute' ? { ...claim, keep: dies } : kill ? { ...claim, later: dies, finish: dies } : claim;
  try {
    await actionJob.step(claimed, actionJob.payload.parse(row.payload), dying);
  } catch (error) {
    if (!(error instanceof Killed) && !(error instanceof LostClaim)) throw error;
  }
}

class Killed extends Error {
  override readonly name = 'Killed';
}

const dies = (): Promise<never> => Promise.reject(new Killed());

/** A worker that dies in execute has or has not reached the cluster; either way nobody hears of it. */
function killing(deps: PipelineDeps, kill: Kill): PipelineDeps {
  if (kill !== 'in-execute') return deps;
  const dead = [...deps.actions].map(([verb, action]) => [verb, { ...action, execute: dies }] as const);
  return { ...deps, actions: new Map(dead) };
}

/** What SQL does when a worker's lease has run out. */
export async function expireLease(bench: Pick<Bench, 'database'>): Promise<void> {
  await bench.database.db
    .updateTable('jobs')
    .set({ lease_until: new Date(Date.now() - 60_000) })
    .where('lease_until', 'is not', null)
    .execute();
}

/** The form that a submission was answered with. */
export function formOf({ answer }: Awaited<ReturnType<Bench['submit']>>): Form {
  if (!('ack' in answer) || answer.ack?.kind !== 'form') throw new Error('no form');
  return answer.ack.form;
}

export function formWords(form: Form): string {
  return form.blocks.flatMap(linesOf).join('\n');
}

function linesOf(block: Form['blocks'][number]): string[] {
  switch (block.kind) {
    case 'text':
      return [plainText(block.text)];
    case 'context':
      return block.lines.map((l: Text) => plainText(l));
    case 'list':
      return block.items.map(plainText);
    case 'fields':
      return block.fields.map((f) => `${f.label}: ${plainText(f.value)}`);
    case 'buttons':
      return block.buttons.map((b) => `[${b.label}]`);
    case 'text-input':
      return [`<${block.label}${block.optional ? '?' : ''}>`];
    default:
      return [];
  }
}
