import type { MultiSelect, Option, Select } from '@slack/types';
import type { Workspace } from '../model/types.ts';

export interface Choice {
  readonly value: string;
  readonly words: string;
}

export interface Choices {
  readonly options: readonly Choice[];
  /** Values that are chosen from the beginning. */
  readonly chosen: readonly string[];
}

/** What a menu offers: its own options, or whom and what the workspace has. */
export function choicesOf(element: Select | MultiSelect, space: Pick<Workspace, 'people' | 'channels'>): Choices {
  const people = space.people.map(({ id, realName }) => ({ value: id, words: realName }));
  const channels = space.channels.flatMap(({ id, name }) => (name ? [{ value: id, words: `# ${name}` }] : []));
  switch (element.type) {
    case 'static_select':
      return { options: optionsOf(element), chosen: valuesOf([element.initial_option]) };
    case 'multi_static_select':
      return { options: optionsOf(element), chosen: valuesOf(element.initial_options) };
    case 'users_select':
      return { options: people, chosen: present([element.initial_user]) };
    case 'multi_users_select':
      return { options: people, chosen: element.initial_users ?? [] };
    case 'channels_select':
      return { options: channels, chosen: present([element.initial_channel]) };
    case 'multi_channels_select':
      return { options: channels, chosen: element.initial_channels ?? [] };
    case 'conversations_select':
      return { options: channels, chosen: present([element.initial_conversation]) };
    case 'multi_conversations_select':
      return { options: channels, chosen: element.initial_conversations ?? [] };
    default:
      // Those that ask the app for options while one types: this app has none.
      return { options: [], chosen: [] };
  }
}

interface WithOptions {
  readonly options?: readonly Option[];
  readonly option_groups?: readonly { readonly options: readonly Option[] }[];
}

function optionsOf({ options = [], option_groups: groups = [] }: WithOptions): readonly Choice[] {
  return [...options, ...groups.flatMap((one) => one.options)].map((one) => ({
    value: one.value ?? '',
    words: one.text.text,
  }));
}

function valuesOf(options: readonly (Option | undefined)[] = []): readonly string[] {
  return present(options.map((one) => one?.value));
}

function present(values: readonly (string | undefined)[]): readonly string[] {
  return values.filter((one) => one !== undefined);
}
