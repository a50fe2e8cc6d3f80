import type { Block, Button, Message, Text } from '../../domain/content.ts';
import type { DatabaseTarget } from '../../domain/workload.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { ageOf } from '../age.ts';
import { sayButton } from '../ask/say.ts';
import { unaskedNote } from './blocks.ts';
import type { Culprit, DatabaseFinding } from './diagnose.ts';
import { idleButtons } from './idle.ts';
import { answerOf, endButton, hiddenNote } from './look.ts';

/** What fits a phone. */
const BUTTONS = 4;

type Looked = Exclude<DatabaseFinding, { readonly full: string }>;

/** How many connections are left, who holds up others, who sits in a transaction; then what to do, as buttons. */
export function showDatabaseFinding(
  finding: DatabaseFinding,
  { environment, name }: DatabaseTarget,
  m: Catalog,
): Message {
  const where = `${environment}/${name}`;
  if ('full' in finding) return answerOf(m.pg.failed.full({ name: where, detail: finding.full }));
  const causes = causesOf(finding, m);
  return answerOf(
    m.pg.connections.found({ where, ...finding.connections }),
    ...(causes.length > 0 ? causes : [{ kind: 'text' as const, text: m.pg.nothing() }]),
    { kind: 'buttons', buttons: buttonsOf(finding, `${name} -e ${environment}`, m) },
    ...hiddenNote(m, finding),
  );
}

function causesOf({ blocks, idle }: Looked, m: Catalog): readonly Block[] {
  const [blocker, sitter] = [blocks?.first, idle?.first];
  const held: readonly Block[] =
    blocks && blocker ? causeOf(m.pg.blocks.held({ ...blocks, ...worded(blocker) }), lastOf(blocker, m)) : [];
  // What the same session ran last is said once.
  const last = sitter && sitter.pid !== blocker?.pid ? [lastOf(sitter, m)] : [];
  return [
    ...held,
    ...unaskedNote(m, { unasked: blocks?.unasked ?? 0 }),
    ...(idle && sitter
      ? causeOf(m.pg.idle.sitting({ ...idle, ...worded(sitter), age: ageOf(sitter.stateMs) }), ...last)
      : []),
  ];
}

function causeOf(text: Text, ...lines: readonly Text[]): readonly Block[] {
  return [{ kind: 'text', text }, ...(lines.length > 0 ? [{ kind: 'context' as const, lines }] : [])];
}

function worded({ pid, application, state, ageMs }: Culprit) {
  return { pid, application, state, age: ageOf(ageMs) };
}

/** A prepared transaction has no session that ran anything. */
function lastOf(session: Culprit, m: Catalog): Text {
  return session.pid === 0 ? m.pg.blocks.prepared() : m.pg.lastStatement(session);
}

/** What ends the trouble first, each once; where nothing is to be ended, where to look on. */
function buttonsOf({ blocks, idle }: Looked, words: string, m: Catalog): readonly Button[] {
  const look = m.pg.look;
  const all = [
    ...(blocks && blocks.first.pid !== 0 ? [endButton(blocks.first, words, m)] : []),
    ...(idle ? idleButtons([idle.first], words, m) : []),
    ...(blocks ? [sayButton(look.blocks, `pg blocks ${words}`)] : []),
    sayButton(look.connections, `pg connections ${words}`),
  ];
  return [...new Map(all.map((button) => [String(button.carries['say']), button])).values()].slice(0, BUTTONS);
}
