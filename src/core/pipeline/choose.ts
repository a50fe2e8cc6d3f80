import { type Block, code, type Form, type Message, messageOf, type Text, text } from '../../domain/content.ts';
import type { ActionTarget } from '../../domain/workload.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { FormHandle, Reply } from '../../ports/chat.ts';
import { asTyped, sayButton } from '../ask/say.ts';
import { plainWord } from '../ask/tokenize.ts';
import type { ActionChoice, Option, Place } from '../define.ts';
import { type PipelineDeps, placeOf } from './deps.ts';
import { type Draft, resolveTarget } from './draft.ts';
import { CHOOSE_FORM, CHOSEN_INPUT } from './forms.ts';

/** What exactly is meant is chosen from a list, in a form of its own; what comes of it is planned and confirmed like anything else. */

type Choice = ActionChoice<unknown, ActionTarget, Place>;

/** `undefined`: the arguments say all. */
export function openChoice({ action, args }: Pick<Draft, 'action' | 'args'>): Choice | undefined {
  return action.choice?.isOpen(args) ? action.choice : undefined;
}

/** @throws what `options` and finding the target throw */
export async function offerChoice(
  deps: PipelineDeps,
  { draft, reply }: { readonly draft: Draft; readonly reply: Reply },
  choice: Choice,
  m: Catalog,
  signal: AbortSignal,
  form: FormHandle | undefined,
): Promise<void> {
  const target = await resolveTarget(deps, draft, signal);
  const options = await choice.options(target, { ...placeOf(deps, target), signal });
  return form
    ? form.update(chooseForm({ draft, choice, target, options, m }))
    : reply.private(elsewhere(draft, target, options, m));
}

/** The first ones, which are the longest. */
const DESCRIBED = 10;

interface Choosing {
  readonly draft: Draft;
  readonly choice: Choice;
  readonly target: ActionTarget;
  readonly options: readonly Option[];
  readonly m: Catalog;
}

function chooseForm({ draft, choice, target, options, m }: Choosing): Form {
  const { title, submit } = m.action.choose;
  const { channel, thread, incident } = draft.origin;
  return {
    id: CHOOSE_FORM,
    title,
    submit,
    close: m.action.form.dismiss,
    carries: {
      v: 1,
      verb: draft.action.name,
      environment: target.environment,
      name: target.name,
      ...(channel !== undefined && { channel }),
      ...(thread !== undefined && { thread }),
      ...(incident !== undefined && { incident }),
      ...(draft.incidentId !== undefined && { incidentId: draft.incidentId }),
      ...(draft.lift !== undefined && { lift: draft.lift }),
    },
    blocks: [
      {
        kind: 'choices',
        id: CHOSEN_INPUT,
        label: choice.label(m, target),
        options,
        most: choice.most,
      },
      ...described(options),
    ],
  };
}

/** What a phone does not show beside an option. */
function described(options: readonly Option[]): readonly Block[] {
  const items = options.flatMap(({ label, description }): Text[] =>
    description === undefined ? [] : [text`${label}: ${code(description)}`],
  );
  return items.length > 0 ? [{ kind: 'list', items: items.slice(0, DESCRIBED) }] : [];
}

/** Where no form can be opened (mentions, DMs): a button that says the same words opens it. */
function elsewhere(
  { action, origin, lift }: Draft,
  target: ActionTarget,
  options: readonly Option[],
  m: Catalog,
): Message {
  const { channel, thread: threadTs } = origin;
  const broken = lift === undefined ? [] : ['--break-glass', lift];
  const words = [action.name, target.name, '-e', target.environment, ...broken];
  const at = channel === undefined ? {} : { at: { channelId: channel, ...(threadTs !== undefined && { threadTs }) } };
  const button = sayButton(m.action.choose.button, asTyped(words.map(plainWord)), { style: 'primary', ...at });
  return messageOf(m.action.choose.several({ count: options.length, target: target.name }), {
    kind: 'buttons',
    buttons: [button],
  });
}
