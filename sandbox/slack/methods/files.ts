import { type Fields, listOf, textOf } from '../json.ts';
import { publish } from '../publish.ts';
import { explained, refuse } from '../refusal.ts';
import { BOT_USER_ID } from '../seed.ts';
import type { Channel, StoredFile } from '../types.ts';
import type { World } from '../world.ts';
import { isIn, visibleChannel } from './find-channel.ts';
import type { Call, MethodTable } from './spec.ts';

const SNIPPET_MAX = 1_048_576;

function getUploadUrl({ world, args }: Call): Fields {
  const length = Number(args.text('length'));
  const name = args.text('filename');
  if (!name || !Number.isInteger(length) || length <= 0) refuse('missing_argument');
  if (args.has('snippet_type') && length > SNIPPET_MAX) refuse('snippet_too_large');
  const id = world.state.ids.next('F');
  world.state.files.set(id, {
    id,
    name,
    title: name,
    user: BOT_USER_ID,
    created: world.clock.seconds(),
    expected: length,
    completed: false,
    shares: [],
  });
  return { upload_url: `${world.baseUrl}/upload/v1/${id}`, file_id: id };
}

/** Answers at once; the message that shows the files comes later, and `shares` is empty until then. */
function complete({ world, args }: Call): Fields {
  const wanted = listOf(args.json('files'));
  if (wanted.length === 0) throw explained('invalid_arguments', ['missing required field: files']);
  const files = wanted.map((one) => uploaded(world, one));
  const channel = args.has('channel_id') ? targetOf(world, args.need('channel_id')) : undefined;
  if (channel) world.rates.post(channel.id);
  for (const [index, file] of files.entries())
    Object.assign(file, { completed: true, title: textOf(wanted[index]?.['title']) ?? file.name });
  if (channel) {
    const text = args.text('initial_comment') ?? '';
    const thread = args.text('thread_ts') || undefined;
    world.clock.after(world.switches.fileShareMs, () => share(world, channel, files, text, thread));
  }
  return { files: files.map((file) => ({ id: file.id, title: file.title })) };
}

function uploaded(world: World, wanted: Fields): StoredFile {
  const file = world.state.files.get(String(wanted['id']));
  if (!file?.bytes || file.completed) refuse('file_not_found');
  return file;
}

function targetOf(world: World, id: string): Channel {
  const channel = visibleChannel(world, id);
  if (!isIn(channel)) refuse('not_in_channel');
  if (channel.archived) refuse('is_archived');
  return channel;
}

function share(world: World, channel: Channel, files: StoredFile[], text: string, thread: string | undefined): void {
  const message = publish(
    world,
    channel,
    { text },
    { user: BOT_USER_ID, thread, subtype: 'file_share', files: files.map((file) => describeFile(file)) },
  );
  for (const file of files) file.shares.push({ channel: channel.id, ts: message.ts });
  world.journal.append({
    kind: 'change',
    what: 'file',
    channel: channel.id,
    ts: message.ts,
    detail: { ids: files.map((file) => file.id) },
  });
}

function describeFile(file: StoredFile): Fields {
  return {
    id: file.id,
    created: file.created,
    name: file.name,
    title: file.title,
    user: file.user,
    size: file.bytes?.length ?? 0,
    mode: 'hosted',
    permalink: `https://hikeshi.slack.com/files/${file.user}/${file.id}/${encodeURIComponent(file.name)}`,
    url_private: `https://files.slack.com/files-pri/${file.id}/${encodeURIComponent(file.name)}`,
  };
}

function info({ world, args }: Call): Fields {
  const file = world.state.files.get(args.need('file'));
  if (!file?.completed) refuse('file_not_found');
  const shares: Record<'public' | 'private', Record<string, Fields[]>> = { public: {}, private: {} };
  for (const { channel, ts } of file.shares) {
    const kind = world.state.channels.get(channel)?.kind === 'public' ? 'public' : 'private';
    const place = { ts, channel_name: world.state.channels.get(channel)?.name ?? '' };
    shares[kind][channel] = [...(shares[kind][channel] ?? []), place];
  }
  const kinds = Object.fromEntries(Object.entries(shares).filter(([, places]) => Object.keys(places).length > 0));
  return {
    file: { ...describeFile(file), shares: kinds, channels: file.shares.map((place) => place.channel) },
    comments: [],
  };
}

export const fileMethods: MethodTable = {
  'files.getUploadURLExternal': { tier: 4, scopes: ['files:write'], run: getUploadUrl },
  'files.completeUploadExternal': { tier: 4, scopes: ['files:write'], required: ['files'], run: complete },
  'files.info': { tier: 4, scopes: ['files:read'], required: ['file'], run: info },
};
