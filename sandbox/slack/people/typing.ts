import type { Channel } from '../types.ts';
import type { World } from '../world.ts';

const PEOPLE = /(?<![\w<])@([a-z][\w.-]*\w)/gi;
const CHANNELS = /(?<![\w<&])#([a-z0-9][\w-]*)/g;
const URLS = /(?<![<|])\b(https?:\/\/[^\s<>|]+)/g;

function entities(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/**
 * What a command with `should_escape` hands the app: people, channels and URLs as Slack's own markup, the rest with
 * entities. Without it, exactly what was typed.
 */
export function escapeCommand(world: World, typed: string): string {
  const { switches } = world;
  const safe = switches.escapeEntities ? entities(typed) : typed;
  return safe
    .replace(URLS, '<$1>')
    .replace(PEOPLE, (whole, name: string) => {
      const person = byName(world, name);
      if (!person) return whole;
      return switches.escapedUser === 'id' ? `<@${person.id}>` : `<@${person.id}|${person.name}>`;
    })
    .replace(CHANNELS, (whole, name: string) => {
      const channel = channelByName(world, name);
      if (!channel) return whole;
      if (channel.kind === 'public') return `<#${channel.id}|${channel.name}>`;
      return switches.escapedPrivateChannel === 'bare' ? `<#${channel.id}>` : `<#${channel.id}|>`;
    });
}

/** What Slack's client makes of a typed message before anybody gets it. */
export function typedMessage(world: World, typed: string): string {
  return entities(typed)
    .replace(URLS, '<$1>')
    .replace(/(?<![\w<])@(here|channel|everyone)\b/g, '<!$1>')
    .replace(PEOPLE, (whole, name: string) => {
      const person = byName(world, name);
      const group = [...world.state.groups.values()].find((one) => one.handle === name.toLowerCase());
      if (person) return `<@${person.id}>`;
      return group ? `<!subteam^${group.id}>` : whole;
    })
    .replace(CHANNELS, (whole, name: string) => {
      const channel = channelByName(world, name);
      return channel ? `<#${channel.id}|${channel.kind === 'public' ? channel.name : ''}>` : whole;
    });
}

/** Slack's client completes a name however it is written. */
function byName(world: World, name: string) {
  const wanted = name.toLowerCase();
  return [...world.state.people.values()].find((person) => person.name === wanted && !person.deactivated);
}

function channelByName(world: World, name: string): Channel | undefined {
  return [...world.state.channels.values()].find((channel) => channel.name === name);
}
