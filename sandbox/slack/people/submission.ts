import { type Fields, fieldsOf, isFields, listOf } from '../json.ts';
import { change, closeFrom, describeView, makeView, putOnTop, readView, STACK_MAX } from '../modals.ts';
import { Refusal } from '../refusal.ts';
import type { Person, View } from '../types.ts';
import type { World } from '../world.ts';

/** What a person sees after pressing submit. */
export interface Submitted {
  readonly ok: boolean;
  readonly error?: string;
  /** Red lines under inputs, by block_id. */
  readonly errors?: Record<string, string>;
  /** The modal that is on top now, if one is. */
  readonly view?: Fields;
}

type Step = (world: World, person: Person, view: View, body: Fields) => Submitted;

/** What each `response_action` does. An invalid view or a strange action: the person sees an error, the app hears nothing. */
const STEPS: Record<string, Step> = {
  errors(_world, _person, view, body) {
    const errors = fieldsOf(body['errors']);
    const inputs = new Set(
      listOf(view.content['blocks'])
        .filter((block) => block['type'] === 'input')
        .map((block) => block['block_id']),
    );
    const known = Object.entries(errors).every(
      ([block, text]) => inputs.has(block) && typeof text === 'string' && text !== '',
    );
    if (!known || Object.keys(errors).length === 0) return { ok: false, error: 'connection_error' };
    return {
      ok: false,
      errors: Object.fromEntries(Object.entries(errors).map(([block, text]) => [block, String(text)])),
    };
  },
  update(world, person, view, body) {
    change(world, view, readView(world, body['view'], 'modal', view));
    return shown(world, person);
  },
  push(world, person, view, body) {
    const content = readView(world, body['view'], 'modal');
    if (world.state.stack(person.id).length >= STACK_MAX) return { ok: false, error: 'connection_error' };
    putOnTop(world, person.id, makeView(world, person.id, content, view, view.channel));
    return shown(world, person);
  },
  clear(world, person) {
    closeFrom(world, person.id, 0);
    return { ok: true };
  },
};

/** Does to the modals what the app's acknowledgement of a view_submission says. */
export function applyAck(world: World, person: Person, view: View, body: unknown): Submitted {
  if (body === undefined || (isFields(body) && body['response_action'] === undefined)) {
    const at = world.state.stack(person.id).indexOf(view);
    if (at >= 0) closeFrom(world, person.id, at);
    return shown(world, person);
  }
  if (!isFields(body)) return { ok: false, error: 'connection_error' };
  const name = String(body['response_action']);
  const step = Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
  if (!step) return { ok: false, error: 'connection_error' };
  try {
    return step(world, person, view, body);
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: 'connection_error' };
    throw error;
  }
}

function shown(world: World, person: Person): Submitted {
  const top = world.state.stack(person.id).at(-1);
  return top ? { ok: true, view: describeView(world, top) } : { ok: true };
}
