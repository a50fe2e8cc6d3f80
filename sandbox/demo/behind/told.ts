import { renderMessage } from '../../../src/adapters/slack/render.ts';
import { type Block, bold, code, type Field, type Inline, person, type Text } from '../../../src/domain/content.ts';
import { type Principal, principalName } from '../../../src/domain/principal.ts';
import { type Mask, maskedJson } from '../../../src/domain/secrets.ts';
import { type Catalog, sentences } from '../../../src/messages/catalog.ts';
import type { Behind, BehindQuestion, Row, Section } from '../../page/client/model/behind.ts';
import type { Found, RowOf } from './read.ts';
import { lineOf, WORDS, type Words } from './words.ts';

interface Telling {
  readonly found: Found;
  readonly words: Words;
  readonly m: Catalog;
  readonly mask: Mask;
}

/** What was found, in words; nothing in it is markup, and secrets are masked as in what Hikeshi sends itself. */
export function tellBehind(found: Found, lang: BehindQuestion['lang'], mask: Mask): Behind {
  const telling = { found, words: WORDS[lang], m: sentences(lang), mask };
  const { sections } = telling.words;
  const { incident } = found;
  return {
    sections: [
      ...(incident ? [{ title: sections.incident(incident.number), ...ofIncident(telling, incident) }] : []),
      { title: isAnswer(found) ? sections.answer : sections.message, ...ofMessage(telling) },
      ...(found.timeline.length + found.notifications.length > 0
        ? [{ title: sections.changes, ...ofChanges(telling) }]
        : []),
      ...(incident || found.actions.length + found.jobs.length > 0
        ? [{ title: sections.work, ...ofWork(telling) }]
        : []),
      { title: sections.audit, ...ofAudit(telling) },
    ],
  };
}

/** No row made it, but somebody had asked. */
function isAnswer({ answered, audit, actions }: Found): boolean {
  return answered && audit.length + actions.length > 0;
}

type Under = Omit<Section, 'title'>;

function ofIncident(telling: Telling, incident: NonNullable<Found['incident']>): Under {
  const { found, words, m } = telling;
  const run = found.runs.at(-1);
  const { labels } = words;
  const fields: Field[] = [
    { label: labels.state, value: words.since({ state: words.states[incident.state], at: incident.since }) },
    { label: labels.who, value: incident.acked_by === null ? words.nobody() : [person(incident.acked_by)] },
    { label: labels.alerts, value: words.alerts(incident.counts) },
    { label: labels.policy, value: policyOf(run, words) },
    { label: labels.next, value: nextOf(run, words) },
  ];
  const { title, severity } = incident;
  return {
    blocks: drawn(
      { kind: 'text', text: [bold(title), ` · ${m.incident.severity(severity)}`] },
      { kind: 'fields', fields },
    ),
    rows: [
      rowOf(telling, 'incidents', [bold(`INC-${incident.number}`), ` ${words.states[incident.state]}`], incident),
      ...found.alerts.map((alert) =>
        rowOf(
          telling,
          'alerts',
          lineOf(alert.changed_at, [code(words.name(alert.status)), alert.labels['alertname']]),
          alert,
        ),
      ),
      ...found.runs.map((one) =>
        rowOf(telling, 'runs', lineOf(one.started_at, [bold(one.policy_name), code(words.name(one.state))]), one),
      ),
    ],
  };
}

type Run = RowOf<'runs'> | undefined;

function policyOf(run: Run, words: Words): Text {
  if (!run) return words.noPolicy();
  const { policy_name: policy, state, step, stopped_at: at, stopped_why: why } = run;
  if (state === 'running') return words.running({ policy, step: step + 1, steps: run.policy.steps.length });
  return state === 'stopped' && at
    ? words.stopped({ policy, at, why: words.name(why ?? '') })
    : words.through({ policy });
}

function nextOf(run: Run, words: Words): Text {
  if (run?.state !== 'running' || !run.due_at) return words.nothingDue();
  return words.next({ at: run.due_at, who: (run.policy.steps[run.step]?.page ?? []).join(', ') });
}

function ofMessage(telling: Telling): Under {
  const { found, words } = telling;
  const { outbox, posts, answered } = found;
  if (answered) {
    const said = isAnswer(found) ? words.answer() : words.unknown();
    return { blocks: drawn({ kind: 'text', text: said }), rows: [] };
  }
  return {
    blocks: drawn({ kind: 'text', text: words.behind({ rows: outbox.length }) }),
    rows: [
      ...outbox.map((row) => outboxRow(telling, row)),
      ...posts.map((post) => {
        const what = whatOf(telling.m, post.purpose);
        return rowOf(telling, 'posts', lineOf(post.shown_at ?? post.created_at, [what, code(post.subject)]), post);
      }),
    ],
  };
}

function whatOf({ outbox: { what } }: Catalog, name: string): string {
  return Object.hasOwn(what, name) ? what[name as keyof typeof what] : name;
}

function outboxRow(telling: Telling, row: RowOf<'outbox'>): Row {
  const { words, m, found } = telling;
  const { labels } = words;
  const because = words.classes[row.class - 1] ?? '';
  const post = found.posts.find((one) => one.id === row.post_id);
  const at = (time: Date): Text => [{ time, style: 'date-time' }];
  const fields: Field[] = [
    { label: labels.kind, value: [words.kinds[row.kind]] },
    { label: labels.why, value: words.why({ because, urgency: row.class, event: row.event }) },
    { label: labels.asked, value: at(row.created_at) },
    { label: labels.due, value: at(row.due_at) },
    { label: labels.claimed, value: claimedOf(row, words) },
    { label: labels.sent, value: row.sent_at ? at(row.sent_at) : words.claimed.not() },
    { label: labels.attempts, value: words.attempts({ attempts: row.attempts, isSent: row.state === 'sent' }) },
    ...(post
      ? [
          {
            label: labels.edits,
            value: words.edits({ edits: post.rendered - 1, wanted: row.wanted, shown: post.rendered }),
          },
        ]
      : []),
    ...(row.error === null ? [] : [{ label: labels.trouble, value: [code(row.error)] }]),
  ];
  const { say } = row.payload;
  const what = whatOf(m, post?.purpose ?? (typeof say === 'string' ? say : ''));
  const about = lineOf(row.sent_at ?? row.created_at, [
    bold(m.outbox.number(row.id)),
    what,
    code(words.name(row.state)),
  ]);
  return rowOf(telling, 'outbox', about, row, { kind: 'fields', fields });
}

function claimedOf(row: RowOf<'outbox'>, words: Words): Text {
  if (row.state === 'sending') return words.claimed.working();
  if (row.sent_at === null) return words.claimed.not();
  return row.kind === 'show' ? words.claimed.version({ version: row.claimed }) : words.claimed.done();
}

/** Webhooks and what people did, in one order. */
function ofChanges(telling: Telling): Under {
  const { found, words } = telling;
  const changes = [
    ...found.notifications.map((row) => ({
      at: row.received_at,
      row: rowOf(
        telling,
        'notifications',
        words.webhook({ outcome: words.name(row.outcome), alerts: row.alerts, at: row.received_at }),
        row,
      ),
    })),
    ...found.timeline.map((row) => ({
      at: row.at,
      row: rowOf(
        telling,
        'timeline',
        lineOf(row.at, [bold(words.name(row.kind)), row.actor ? named(row.actor) : 'Hikeshi']),
        row,
      ),
    })),
  ].sort((a, b) => a.at.getTime() - b.at.getTime());
  return { blocks: drawn({ kind: 'text', text: words.changes() }), rows: changes.map(({ row }) => row) };
}

function ofWork(telling: Telling): Under {
  const { found, words, m } = telling;
  const { actions, approvals, jobs } = found;
  const rows = [
    ...actions.map((row) =>
      rowOf(
        telling,
        'actions',
        lineOf(row.created_at, [bold(row.verb), code(words.name(row.state)), named(row.principal)]),
        row,
      ),
    ),
    ...approvals.map((row) =>
      rowOf(telling, 'approvals', lineOf(row.asked_at, [bold(`APR-${row.number}`), code(words.name(row.state))]), row),
    ),
    ...jobs.map((row) =>
      rowOf(telling, 'jobs', lineOf(row.created_at, [bold(m.job.number(row.number)), m.job.states[row.state]]), row),
    ),
  ];
  return { blocks: rows.length > 0 ? [] : drawn({ kind: 'text', text: words.noWork() }), rows };
}

function ofAudit(telling: Telling): Under {
  const { found, words, m } = telling;
  const stages: Readonly<Record<string, string>> = m.audit.stages;
  const rows = found.audit.map((row) => {
    const outcome = row.rule !== null && row.stage === 'refused' ? row.rule : words.name(row.outcome);
    const parts = [bold(row.verb), stages[row.stage] ?? row.stage, outcome, named(row.principal)];
    return rowOf(telling, 'audit', lineOf(row.at, parts), row);
  });
  return { blocks: rows.length > 0 ? [] : drawn({ kind: 'text', text: words.noAudit() }), rows };
}

/** Nobody is called by being named here. */
function named(principal: Principal): Inline {
  return principal.kind === 'slack' ? person(principal.id) : principalName(principal);
}

function rowOf({ mask }: Telling, table: string, about: Text, row: object, ...more: readonly Block[]): Row {
  const json = JSON.stringify(maskedJson(row, mask), undefined, 1);
  return { table, about: drawn({ kind: 'text', text: about }), more: more.length > 0 ? drawn(...more) : [], json };
}

/** By the renderer of what Hikeshi sends: escaped, masked and cut in the same way. */
function drawn(...blocks: readonly Block[]): Section['blocks'] {
  return renderMessage({ text: [], blocks }).blocks;
}
