import type { Answer } from '../delivery/http-delivery.ts';
import { type Fields, isFields, listOf } from '../json.ts';
import { closeFrom, describeView } from '../modals.ts';
import { edit as editMessage, publish } from '../publish.ts';
import { NotPossible } from '../refusal.ts';
import type { Origin } from '../response-url.ts';
import { BOT_USER_ID } from '../seed.ts';
import type { Channel, Ephemeral, Message, Person, View } from '../types.ts';
import type { World } from '../world.ts';
import { actionOf, type Choice, chosen, findControl } from './controls.ts';
import { addReaction, removeReaction, responseUrls, type Seen, sendMention, showAnswer } from './effects.ts';
import { clientErrors, fillIn, setValue } from './form.ts';
import * as payloads from './payloads.ts';
import { applyAck, type Submitted } from './submission.ts';

import { escapeCommand, typedMessage } from './typing.ts';

export type { Seen } from './effects.ts';

export interface ClickOptions {
  readonly choose?: Choice;
  /** What to press in the confirm dialog; without it the dialog is shown and nothing is sent. */
  readonly confirm?: boolean;
  /** Blocks as they still stand on this person's screen, whatever has become of the message since. */
  readonly screen?: readonly Fields[];
}

/** The message or view to click in: an object from this workspace, or `modal` / `home` for the one on the screen. */
export type Place = Message | Ephemeral | Fields | 'modal' | 'home';

/** Somebody at a Slack client. Does only what a client lets them do; throws NotPossible for the rest. */
export class Actor {
  readonly id: string;
  readonly #world: World;
  readonly #person: Person;

  constructor(world: World, person: Person) {
    if (person.deactivated) throw new NotPossible(`${person.name} is deactivated and cannot do anything`);
    this.id = person.id;
    this.#world = world;
    this.#person = person;
  }

  /** Types a slash command in a channel. There are none inside threads, and none for partners. */
  async command(where: string, typed: string, options: { thread?: string } = {}): Promise<Seen> {
    const world = this.#world;
    const channel = this.#channelFor(where);
    const [, name = '', text = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(typed.trim()) ?? [];
    const known = world.app.slashCommands.find((one) => one.command === name);
    if (options.thread !== undefined) return { ok: false, error: 'not_supported_in_thread' };
    if (!known || !world.tokens.bot.scopes.has('commands')) return { ok: false, error: 'unknown_command' };
    if (world.state.isForeign(this.#person)) return { ok: false, error: 'command_not_available' };
    const sent = known.should_escape === true ? escapeCommand(world, text) : text;
    const answer = await world.delivery.ask('command', payloads.command(world, this.#person, channel, name, sent));
    if (answer.outcome !== 'acked') return failed(answer);
    return showAnswer(world, this.#person, channel, typed, answer.body);
  }

  /** Uses a control of a message or a view: by action_id, by its words, or by the words of an option. */
  async click(place: Place, control: string, options: ClickOptions = {}): Promise<Seen> {
    const target = this.#resolve(place);
    const current = 'content' in target ? listOf(target.content['blocks']) : (target.blocks ?? []);
    const blocks = options.screen ?? current;
    const found = findControl(blocks, control);
    const dialog = found.element['confirm'];
    if (isFields(dialog) && options.confirm === undefined) return { ok: true, dialog };
    if (isFields(dialog) && options.confirm === false) return { ok: true };
    const value = chosen(found, options.choose);
    const action = actionOf(found, value, this.#world.clock.ts());
    const input = found.block['type'] === 'input';
    if ('content' in target) setValue(target, found.block, found.element, value);
    if (input && found.block['dispatch_action'] !== true) return { ok: true };
    const payload =
      'content' in target
        ? payloads.viewClick(this.#world, this.#person, target, action)
        : this.#messagePayload(target, action);
    const answer = await this.#world.delivery.ask('interaction', payload);
    const opened = typeof found.element['url'] === 'string' ? { opened: found.element['url'] } : {};
    return answer.outcome === 'acked' ? { ok: true, ...opened } : { ...failed(answer), ...opened };
  }

  /** Fills in the modal on top and presses its submit button. */
  async submit(values: Record<string, Choice> = {}): Promise<Submitted> {
    const world = this.#world;
    const view = this.#top();
    if (view.content['submit'] === undefined) throw new NotPossible('this modal has no submit button');
    fillIn(view, values);
    const errors = clientErrors(view);
    if (Object.keys(errors).length > 0) return { ok: false, errors };
    const answer = await world.delivery.ask(
      'interaction',
      payloads.submission(world, this.#person, view, responseUrls(world, this.#person, view)),
    );
    return answer.outcome === 'acked' ? applyAck(world, this.#person, view, answer.body) : failed(answer);
  }

  /** Presses the close button of the modal on top; `all` presses the cross, which clears the stack. */
  async closeView(options: { all?: boolean } = {}): Promise<Seen> {
    const world = this.#world;
    const top = this.#top();
    const stack = world.state.stack(this.id);
    const all = options.all === true || top.content['clear_on_close'] === true;
    const root = stack[0]!;
    closeFrom(world, this.id, all ? 0 : stack.length - 1);
    const told = all ? root : top;
    if (told.content['notify_on_close'] !== true) return { ok: true };
    const answer = await world.delivery.ask('interaction', payloads.closing(world, this.#person, told, all));
    return answer.outcome === 'acked' ? { ok: true } : failed(answer);
  }

  /** The open modals, the one on top last, as payloads show them. */
  openViews(): Fields[] {
    return this.#world.state.stack(this.id).map((view) => describeView(this.#world, view));
  }

  /** The modal on the screen. */
  view(): Fields | undefined {
    return this.openViews().at(-1);
  }

  /** Writes a message; `@name`, `#channel` and URLs become what Slack's client makes of them. */
  say(where: string, typed: string, options: { thread?: string; broadcast?: boolean } = {}): Message {
    const world = this.#world;
    const channel = this.#channelFor(where);
    const text = typedMessage(world, typed);
    const thread = options.thread;
    if (thread !== undefined && !world.state.message(channel, thread))
      throw new NotPossible(`no message ${thread} in ${channel.name}`);
    const message = publish(world, channel, { text }, { user: this.id, thread, broadcast: options.broadcast });
    sendMention(world, this.#person, channel, message);
    return message;
  }

  /** Writes to the bot. */
  dm(typed: string, options: { thread?: string } = {}): Message {
    const { app } = this.#world;
    if (!app.messagesTab || app.messagesTabReadOnly)
      throw new NotPossible('the messages tab of the app takes no messages');
    return this.say('dm', typed, options);
  }

  /** Edits an own message; a mention in it fires again, marked as edited. */
  edit(message: Message, typed: string): Message {
    if (message.user !== this.id) throw new NotPossible('only own messages can be edited');
    const channel = this.#world.state.channel(message.channel);
    const edited = editMessage(this.#world, channel, message, { text: typedMessage(this.#world, typed) }, this.id);
    sendMention(this.#world, this.#person, channel, edited);
    return edited;
  }

  react(message: Message, name: string): void {
    const world = this.#world;
    const channel = this.#channelFor(message.channel);
    if (!addReaction(world, message, name, this.id)) throw new NotPossible(`already reacted with ${name}`);
    this.#tellReaction('reaction_added', channel, message, name);
  }

  /** Takes a reaction back. */
  unreact(message: Message, name: string): void {
    const world = this.#world;
    const channel = this.#channelFor(message.channel);
    if (!removeReaction(world, message, name, this.id))
      throw new NotPossible(`${this.#person.name} has not reacted with ${name}`);
    this.#tellReaction('reaction_removed', channel, message, name);
  }

  #tellReaction(event: 'reaction_added' | 'reaction_removed', channel: Channel, message: Message, name: string): void {
    if (!channel.members.has(BOT_USER_ID)) return;
    const item = { type: 'message', channel: channel.id, ts: message.ts };
    this.#world.delivery.event(event, { user: this.id, reaction: name, item, item_user: message.user }, channel);
  }

  /** Opens the app's home; the event carries the view once one was published. */
  openHome(tab: 'home' | 'messages' = 'home'): void {
    const { state, clock, delivery, app } = this.#world;
    if (tab === 'home' ? !app.homeTab : !app.messagesTab) throw new NotPossible(`the app has no ${tab} tab`);
    const home = state.homes.get(this.id);
    const channel = state.openDirect([BOT_USER_ID, this.id], clock.seconds());
    const view = home && tab === 'home' ? { view: describeView(this.#world, home) } : {};
    delivery.event('app_home_opened', { user: this.id, channel: channel.id, tab, ...view }, channel);
  }

  /** Ephemerals, as long as the page is not reloaded. */
  reload(): void {
    const { ephemerals } = this.#world.state;
    for (let at = ephemerals.length - 1; at >= 0; at -= 1)
      if (ephemerals[at]?.user === this.id) ephemerals.splice(at, 1);
  }

  #channelFor(where: string): Channel {
    const { state, clock } = this.#world;
    const channel = where === 'dm' ? state.openDirect([BOT_USER_ID, this.id], clock.seconds()) : state.channel(where);
    if (!channel.members.has(this.id)) throw new NotPossible(`${this.#person.name} is not in ${channel.name}`);
    if (channel.archived) throw new NotPossible(`${channel.name} is archived`);
    return channel;
  }

  #top(): View {
    const top = this.#world.state.stack(this.id).at(-1);
    if (!top) throw new NotPossible(`${this.#person.name} has no modal open`);
    return top;
  }

  /** The live message or view, as it is now; an old copy finds the newest. */
  #resolve(place: Place): Message | Ephemeral | View {
    const { state } = this.#world;
    if (place === 'modal') return this.#top();
    if (place === 'home') return state.homes.get(this.id) ?? this.#missing('home');
    if (!('ts' in place)) return state.stack(this.id).find((view) => view.id === place['id']) ?? this.#missing('view');
    const ts = String(place['ts']);
    const channel = state.channel(String(place['channel'])).id;
    const whispered = state.ephemerals.find((one) => one.channel === channel && one.ts === ts);
    if (whispered && (whispered.user !== this.id || !whispered.visible))
      throw new NotPossible(`${this.#person.name} does not see this message`);
    return whispered ?? state.message(this.#channelFor(channel), ts) ?? this.#missing(`message ${ts}`);
  }

  #missing(what: string): never {
    throw new NotPossible(`no such ${what} before ${this.#person.name}`);
  }

  #messagePayload(message: Message | Ephemeral, action: Fields): Fields {
    const channel = this.#world.state.channel(message.channel);
    const origin: Origin =
      'ephemeral' in message
        ? { kind: 'ephemeral', channel, user: this.id, message }
        : { kind: 'message', channel, user: this.id, message };
    const values = { [String(action['block_id'])]: { [String(action['action_id'])]: action } };
    const stateful = action['type'] === 'button' || action['type'] === 'overflow' ? {} : values;
    return payloads.messageClick(
      this.#world,
      this.#person,
      channel,
      message,
      action,
      stateful,
      this.#world.replies.issue(origin),
    );
  }
}

function failed(answer: Exclude<Answer, { outcome: 'acked' }>): { ok: false; error: string } {
  return { ok: false, error: answer.outcome === 'timeout' ? 'operation_timeout' : 'dispatch_failed' };
}
