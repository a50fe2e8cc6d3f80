import type { Fields } from '../json.ts';
import { change, closeFrom, describeView, makeView, putOnTop, readView, STACK_MAX } from '../modals.ts';
import { refuse } from '../refusal.ts';
import type { View } from '../types.ts';
import type { Call, MethodTable } from './spec.ts';

/** Opens a modal in answer to something a person just did. */
function open({ world, args }: Call): Fields {
  const trigger = world.triggers.look(args.need('trigger_id'));
  const content = readView(world, args.json('view'), 'modal');
  trigger.spend();
  closeFrom(world, trigger.user, 0);
  const view = makeView(world, trigger.user, content, undefined, trigger.channel);
  putOnTop(world, trigger.user, view);
  return { view: describeView(world, view) };
}

/** Puts a view on the modal from which the trigger came; three may lie on each other. */
function push({ world, args }: Call): Fields {
  const trigger = world.triggers.look(args.need('trigger_id'));
  const stack = world.state.stack(trigger.user);
  const top = stack.at(-1);
  if (!trigger.view || !top || !stack.some((view) => view.id === trigger.view)) refuse('invalid_trigger_id');
  if (stack.length >= STACK_MAX) refuse('push_limit_reached');
  const content = readView(world, args.json('view'), 'modal');
  trigger.spend();
  const view = makeView(world, trigger.user, content, top, trigger.channel);
  putOnTop(world, trigger.user, view);
  return { view: describeView(world, view) };
}

/** Found by id or external_id while it is open; a hash that is not the newest is a conflict. */
function update({ world, args }: Call): Fields {
  const [id, external] = [args.text('view_id'), args.text('external_id')];
  const view = [...world.state.views.values()].find(
    (one) => one.open && (id ? one.id === id : external !== undefined && one.externalId === external),
  );
  if (!view) refuse('not_found');
  checkHash(view, args.text('hash'));
  change(world, view, readView(world, args.json('view'), view.type, view));
  return { view: describeView(world, view) };
}

function checkHash(view: View | undefined, hash: string | undefined): void {
  if (hash && view && hash !== view.hash) refuse('hash_conflict');
}

/** A person's home tab. */
function publish({ world, args }: Call): Fields {
  if (!world.app.homeTab) refuse('not_enabled');
  const person = world.state.people.get(args.need('user_id'));
  if (!person || person.deactivated || world.state.isForeign(person)) refuse('user_not_found');
  const known = world.state.homes.get(person.id);
  checkHash(known, args.text('hash'));
  const content = readView(world, args.json('view'), 'home', known);
  const view = known ?? makeView(world, person.id, content, undefined);
  if (known) change(world, known, content);
  world.state.homes.set(person.id, view);
  world.journal.append({ kind: 'change', what: 'home-published', user: person.id, detail: describeView(world, view) });
  return { view: describeView(world, view) };
}

export const viewMethods: MethodTable = {
  'views.open': { tier: 4, required: ['trigger_id', 'view'], run: open },
  'views.push': { tier: 4, required: ['trigger_id', 'view'], run: push },
  'views.update': { tier: 4, required: ['view'], run: update },
  'views.publish': { tier: 4, required: ['user_id', 'view'], run: publish },
};
