import { begun } from '../model/story.ts';
import { type Page, rememberStory } from '../state.ts';
import { focusInstead } from './focus.ts';

/** From its first step, as whoever is on call. */
export function beginStory(page: Page): void {
  const { space, demo } = page;
  const onCall = demo.value.people[0]?.id;
  const alerts = space.value.channels.find((one) => one.name === 'alerts');
  if (onCall !== undefined && alerts) page.open({ as: onCall, where: alerts.id });
  const story = begun(space.value);
  page.story.value = story;
  rememberStory(story);
  focusInstead('.guide button');
}
