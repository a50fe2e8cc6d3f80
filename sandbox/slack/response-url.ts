import { Args } from './args.ts';
import { withIds } from './blocks.ts';
import { isEmpty, readContent } from './content.ts';
import { type Fields, isFields } from './json.ts';
import { edit, publish, remove, whisper } from './publish.ts';
import { Refusal, refuse } from './refusal.ts';
import { BOT_USER_ID } from './seed.ts';
import type { Channel, Ephemeral, Message } from './types.ts';
import type { World } from './world.ts';

const USES = 5;
const LIFE_MS = 30 * 60_000;

/** Where a response_url came from; only a message or an ephemeral can be replaced. */
export type Origin =
  | { readonly kind: 'command' | 'view'; readonly channel: Channel; readonly user: string }
  | { readonly kind: 'message'; readonly channel: Channel; readonly user: string; readonly message: Message }
  | { readonly kind: 'ephemeral'; readonly channel: Channel; readonly user: string; readonly message: Ephemeral };

interface Issued {
  readonly origin: Origin;
  readonly until: number;
  uses: number;
}

/** Five answers in half an hour, past membership and posting restrictions, without a ts in return. */
export class ResponseUrls {
  readonly #issued = new Map<string, Issued>();
  readonly #getWorld: () => World;

  constructor(getWorld: () => World) {
    this.#getWorld = getWorld;
  }

  get #world(): World {
    return this.#getWorld();
  }

  issue(origin: Origin): string {
    const secret = this.#world.state.ids.secret();
    this.#issued.set(secret, { origin, until: this.#world.clock.now() + LIFE_MS, uses: 0 });
    const kind = origin.kind === 'command' ? 'commands' : 'actions';
    return `${this.#world.reachedAt ?? this.#world.baseUrl}/response/${kind}/${this.#world.state.team.id}/${secret}`;
  }

  /** One use. Refusals are plain text with a status that is not 2xx; a refused body is a use as well. */
  use(secret: string, body: unknown): void {
    const issued = this.#issued.get(secret);
    if (!issued || this.#world.clock.now() > issued.until) refuse('expired_url');
    if (issued.uses >= USES) refuse('used_url');
    issued.uses += 1;
    if (!isFields(body)) refuse('invalid_payload');
    this.answer(issued.origin, body);
  }

  /** Also what a command's answer in the acknowledgement does. */
  answer(origin: Origin, body: Fields): Message | Ephemeral | undefined {
    const world = this.#world;
    const args = new Args(body);
    const content = readContent(args, world, world.switches.longPosts);
    const replaceable = origin.kind === 'message' || origin.kind === 'ephemeral' ? origin : undefined;
    if (args.flag('delete_original')) {
      if (replaceable) this.#delete(replaceable);
      if (isEmpty(content)) return undefined;
    } else if (isEmpty(content)) {
      refuse('no_text');
    } else if (replaceable && this.#replaces(replaceable, args)) {
      return this.#replace(replaceable, content);
    }
    return this.#add(origin, args, content);
  }

  /** Said, or left out where the answer has the visibility of its source. Visibility never changes. */
  #replaces(origin: Origin, args: Args): boolean {
    if (args.has('replace_original')) return args.flag('replace_original');
    const visibility = args.text('response_type') === 'in_channel' ? 'message' : 'ephemeral';
    return this.#world.switches.replaceWhenOmitted && visibility === origin.kind;
  }

  #replace(origin: Extract<Origin, { message: object }>, content: ReturnType<typeof readContent>): Message | Ephemeral {
    const world = this.#world;
    if (origin.kind === 'message') {
      if (!origin.channel.messages.includes(origin.message)) refuse('message_not_found');
      return edit(
        world,
        origin.channel,
        origin.message,
        { text: content.text, blocks: content.blocks, attachments: content.attachments },
        BOT_USER_ID,
      );
    }
    if (!world.state.ephemerals.includes(origin.message)) refuse('message_not_found');
    const fresh = whisperContent(origin.message, content, () => world.state.ids.next('b'));
    Object.assign(origin.message, fresh);
    world.journal.append({
      kind: 'change',
      what: 'ephemeral-updated',
      channel: origin.channel.id,
      user: origin.user,
      ts: origin.message.ts,
      detail: { ...origin.message },
    });
    return origin.message;
  }

  #delete(origin: Extract<Origin, { message: object }>): void {
    const { state, journal } = this.#world;
    if (origin.kind === 'message') {
      if (origin.channel.messages.includes(origin.message)) remove(this.#world, origin.channel, origin.message);
      return;
    }
    const index = state.ephemerals.indexOf(origin.message);
    if (index < 0) return;
    state.ephemerals.splice(index, 1);
    journal.append({
      kind: 'change',
      what: 'ephemeral-deleted',
      channel: origin.channel.id,
      user: origin.user,
      ts: origin.message.ts,
    });
  }

  #add(origin: Origin, args: Args, content: ReturnType<typeof readContent>): Message | Ephemeral {
    const thread = args.text('thread_ts');
    const pace = this.#world.rates.post(origin.channel.id);
    if (args.text('response_type') !== 'in_channel') {
      const near =
        thread ?? (origin.kind === 'ephemeral' || origin.kind === 'message' ? threadOf(origin.message) : undefined);
      return whisper(this.#world, origin.channel, origin.user, content, near);
    }
    if (thread !== undefined && !this.#world.state.message(origin.channel, thread)) refuse('thread_not_found');
    const vanish = pace === 'burst' && this.#world.switches.burstsVanish;
    return publish(this.#world, origin.channel, content, { user: BOT_USER_ID, thread, vanish });
  }
}

function threadOf(message: Message | Ephemeral): string | undefined {
  return message.thread_ts === message.ts ? undefined : message.thread_ts;
}

function whisperContent(old: Ephemeral, content: ReturnType<typeof readContent>, next: () => string): Fields {
  const blocks = content.blocks ? withIds(content.blocks, next) : undefined;
  return { text: content.text, blocks, attachments: content.attachments, ts: old.ts };
}

/** The plain text and status of a refusal at a response_url. */
export function refusalOf(error: unknown, world: World): { status: number; body: string } {
  if (!(error instanceof Refusal)) throw error;
  const gone = error.code === 'used_url' || error.code === 'expired_url';
  return { status: gone ? 404 : world.switches.responseUrlRefusal, body: error.code };
}
