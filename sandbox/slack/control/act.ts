import type { FakeSlack } from '../fake-slack.ts';
import { type Fields, fieldsOf, textOf } from '../json.ts';
import type { Actor, Place } from '../people/actor.ts';
import type { Choice } from '../people/controls.ts';
import { NotPossible } from '../refusal.ts';
import { UserView } from '../views-of.ts';
import type { World } from '../world.ts';

type Deed = (who: Actor, body: Fields, world: World) => unknown;

function need(body: Fields, name: string): string {
  const value = textOf(body[name]);
  if (value === undefined) throw new NotPossible(`"${name}" is missing`);
  return value;
}

function choice(value: unknown): Choice | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.map(String) : textOf(value);
}

/** `{channel, ts}` of a message or ephemeral, or `view: "modal" | "home"`. */
function place(body: Fields): Place {
  if (body['view'] === 'modal' || body['view'] === 'home') return body['view'];
  return { channel: need(body, 'channel'), ts: need(body, 'ts') };
}

function message(world: World, body: Fields) {
  const found = world.state.message(world.state.channel(need(body, 'channel')), need(body, 'ts'));
  if (!found) throw new NotPossible(`no message ${need(body, 'ts')}`);
  return found;
}

const thread = (body: Fields) => (textOf(body['thread']) === undefined ? {} : { thread: need(body, 'thread') });

const LOCALE = /^[a-z]{2}-[A-Z]{2}$/;

/** What a person can do, by the name in `do`. */
const DEEDS: Record<string, Deed> = {
  command: (who, body) => who.command(need(body, 'channel'), need(body, 'text'), thread(body)),
  click: (who, body) => {
    const choose = choice(body['choose']);
    const confirm = typeof body['confirm'] === 'boolean' ? { confirm: body['confirm'] } : {};
    return who.click(place(body), need(body, 'control'), { ...(choose === undefined ? {} : { choose }), ...confirm });
  },
  submit: (who, body) =>
    who.submit(
      Object.fromEntries(Object.entries(fieldsOf(body['values'])).map(([name, value]) => [name, choice(value) ?? ''])),
    ),
  closeView: (who, body) => who.closeView({ all: body['all'] === true }),
  say: (who, body) => {
    const broadcast = body['broadcast'] === true ? { broadcast: true } : {};
    return { message: who.say(need(body, 'channel'), need(body, 'text'), { ...thread(body), ...broadcast }) };
  },
  dm: (who, body) => ({ message: who.dm(need(body, 'text'), thread(body)) }),
  edit: (who, body, world) => ({ message: who.edit(message(world, body), need(body, 'text')) }),
  react: (who, body, world) => who.react(message(world, body), need(body, 'name')),
  unreact: (who, body, world) => who.unreact(message(world, body), need(body, 'name')),
  language: (who, body, world) => {
    const locale = need(body, 'locale');
    if (!LOCALE.test(locale)) throw new NotPossible(`"${locale}" is no language of Slack's (but: en-US, ja-JP)`);
    new UserView(world, world.state.person(who.id)).change({ locale });
  },
  openHome: (who, body) => who.openHome(body['tab'] === 'messages' ? 'messages' : 'home'),
  reload: (who) => who.reload(),
};

/** Does one thing as one person: `{as, do, ...}`. */
export async function act(slack: FakeSlack, world: World, body: Fields): Promise<unknown> {
  const name = need(body, 'do');
  const deed = Object.hasOwn(DEEDS, name) ? DEEDS[name] : undefined;
  if (!deed) throw new NotPossible(`nobody can "${name}" (but: ${Object.keys(DEEDS).join(', ')})`);
  return deed(slack.as(need(body, 'as')), body, world);
}
