import type { Fields } from '../json.ts';
import { describeView } from '../modals.ts';
import { withoutChannel } from '../publish.ts';
import { APP_ID } from '../seed.ts';
import type { Channel, Ephemeral, Message, Person, View } from '../types.ts';
import type { World } from '../world.ts';

const VERIFICATION_TOKEN = 'fake-verification-token';

/** What every interaction carries. A partner's click carries the partner's team in `user`. */
function interaction(world: World, type: string, person: Person): Fields {
  const { team } = world.state;
  return {
    type,
    team: { id: team.id, domain: team.domain },
    user: { id: person.id, username: person.name, name: person.name, team_id: person.team ?? team.id },
    api_app_id: APP_ID,
    token: VERIFICATION_TOKEN,
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** Slack's own words for the channel of a command; ids are the only safe thing. */
function channelName(world: World, channel: Channel): string {
  if (channel.kind === 'im') return 'directmessage';
  return channel.kind === 'public' || world.switches.privateChannelName === 'name' ? channel.name : 'privategroup';
}

/** A click on a message. An ephemeral one is not sent along. */
export function messageClick(
  world: World,
  person: Person,
  channel: Channel,
  message: Message | Ephemeral,
  action: Fields,
  values: Fields,
  responseUrl: string,
): Fields {
  const ephemeral = 'ephemeral' in message;
  const thread = message.thread_ts ? { thread_ts: message.thread_ts } : {};
  return {
    ...interaction(world, 'block_actions', person),
    trigger_id: world.triggers.issue({ user: person.id, channel: channel.id }),
    container: { type: 'message', message_ts: message.ts, channel_id: channel.id, is_ephemeral: ephemeral, ...thread },
    channel: { id: channel.id, name: channelName(world, channel) },
    ...(ephemeral ? {} : { message: withoutChannel(message) }),
    state: { values },
    response_url: responseUrl,
    actions: [action],
  };
}

export function viewClick(world: World, person: Person, view: View, action: Fields): Fields {
  return {
    ...interaction(world, 'block_actions', person),
    trigger_id: world.triggers.issue({ user: person.id, view: view.id }),
    container: { type: 'view', view_id: view.id },
    view: describeView(world, view),
    actions: [action],
  };
}

export function submission(world: World, person: Person, view: View, responseUrls: Fields[]): Fields {
  const trigger = { user: person.id, view: view.id };
  return {
    ...interaction(world, 'view_submission', person),
    trigger_id: world.triggers.issue(trigger),
    view: describeView(world, view),
    response_urls: responseUrls,
  };
}

export function closing(world: World, person: Person, view: View, cleared: boolean): Fields {
  return { ...interaction(world, 'view_closed', person), view: describeView(world, view), is_cleared: cleared };
}

export function command(world: World, person: Person, channel: Channel, name: string, text: string): Fields {
  const { team } = world.state;
  return {
    token: VERIFICATION_TOKEN,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channelName(world, channel),
    user_id: person.id,
    user_name: person.name,
    command: name,
    text,
    api_app_id: APP_ID,
    is_enterprise_install: 'false',
    response_url: world.replies.issue({ kind: 'command', channel, user: person.id }),
    trigger_id: world.triggers.issue({ user: person.id, channel: channel.id }),
  };
}
