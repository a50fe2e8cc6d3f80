import { type Block, type Button, cut, type Text } from '../../domain/content.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { Answered } from '../define.ts';
import { isPerson, placeInWords } from '../outbox/places.ts';
import { MANY } from '../outbox/undelivered.ts';
import type { Administered } from './admin.ts';
import type { Listed, Undelivered } from './list.ts';

/** `/ops outbox` in words and buttons; the buttons are taken by `clicks.ts`. */

export const BUTTONS = { retry: 'outbox-retry', drop: 'outbox-drop' } as const;

/** @param said what was just done, above the list */
export function tellList(list: Undelivered, m: Catalog, said?: Text): Answered {
  const s = m.outbox;
  const words = s.listed({ failed: list.failed, retrying: list.retrying, most: MANY });
  const more = list.failed + list.retrying - list.messages.length;
  const blocks: Block[] = [
    ...(said ? [{ kind: 'text', text: said } as const] : []),
    { kind: 'text', text: words },
    ...list.messages.flatMap((one) => blocksOf(one, m)),
    ...(more > 0 ? [{ kind: 'context', lines: [s.more({ more, most: MANY })] } as const] : []),
    ...(list.messages.length > 0 ? [{ kind: 'context', lines: [s.next()] } as const] : []),
    ...(list.failed > 1 ? [{ kind: 'buttons', buttons: [sendAllAgain(m)] } as const] : []),
    ...(list.inFallback.length > 0
      ? [{ kind: 'context', lines: [s.inFallback(), ...list.inFallback.map((one) => itemOf(one, m))] } as const]
      : []),
  ];
  return { text: said ?? words, blocks };
}

export function tellOne(one: Listed, m: Catalog): Answered {
  return { text: itemOf(one, m), blocks: blocksOf(one, m) };
}

/** What became of a wish, in words. */
export function tellDone(verb: 'retry' | 'drop', outcome: Administered, m: Catalog): Text {
  const s = m.outbox;
  switch (outcome.kind) {
    case 'done':
      return verb === 'retry'
        ? s.retried({ numbers: outcome.numbers })
        : s.dropped({ number: outcome.numbers[0]!, inDoubt: outcome.inDoubt });
    case 'not-allowed':
      return s.notAllowed({ verb, needs: outcome.needs });
    case 'missing':
      return s.missing(outcome);
    case 'nothing':
      return s.nothing(outcome);
    case 'several':
      return s.several(outcome);
    case 'stands':
      return s.states[outcome.standing](outcome.number);
  }
}

function blocksOf(one: Listed, m: Catalog): readonly Block[] {
  const { since, attempts, nextAt, inDoubt } = one;
  const tried = m.outbox.tried({ since, tries: attempts, inDoubt, ...(nextAt && { nextAt }) });
  return [
    { kind: 'text', text: [...itemOf(one, m), '\n', ...tried] },
    { kind: 'buttons', buttons: [sendAgain(one, m), drop(one, m)] },
  ];
}

function itemOf(one: Listed, m: Catalog): Text {
  const { what } = m.outbox;
  const known = Object.hasOwn(what, one.what) ? what[one.what as keyof typeof what] : what.other;
  return m.outbox.item({
    number: one.id,
    what: known,
    about: aboutOf(one),
    to: placeInWords(one.channel),
    code: one.code,
    direct: isPerson(one.channel),
  });
}

const TITLE_MAX = 60;

function aboutOf({ incident, action, subject }: Listed): string {
  if (incident) return `INC-${incident.number} (${cut(incident.title, TITLE_MAX)})`;
  return action ? `${action.verb} ${action.target}` : subject;
}

function sendAgain({ id }: Listed, m: Catalog): Button {
  return { id: BUTTONS.retry, label: m.outbox.sendAgain, carries: { v: 1, message: id } };
}

function sendAllAgain(m: Catalog): Button {
  return { id: BUTTONS.retry, label: m.outbox.sendAllAgain, carries: { v: 1, all: true }, style: 'primary' };
}

function drop({ id }: Listed, m: Catalog): Button {
  const confirm = m.outbox.dropForm(id);
  return { id: BUTTONS.drop, label: m.outbox.drop, carries: { v: 1, message: id }, style: 'danger', confirm };
}
