import type { AddressInfo } from 'node:net';
import { buildWorld } from './build-world.ts';
import { controlApi } from './control/control.ts';
import { FakeSlack } from './fake-slack.ts';
import { createSlackServer } from './http/server.ts';
import type { SlackOptions } from './options.ts';

export { checkView } from './blocks/view.ts';
export { checkBlocks } from './blocks.ts';
export type { FakeSlack } from './fake-slack.ts';
export type { Fault, Hold } from './faults.ts';
export type { CallLine, DeliveryLine, LogLine } from './journal.ts';
export { checkManifest, installed } from './manifest.ts';
export type { Limits, SlackOptions, Switches } from './options.ts';
export type { Actor, Seen } from './people/actor.ts';
export { NotPossible } from './refusal.ts';
export {
  APP_ID,
  BOT_ID,
  BOT_USER_ID,
  CHANNELS,
  DEFAULT_APP,
  DEFAULT_SCOPES,
  FOREIGN_TEAM_ID,
  PEOPLE,
  SRE_GROUP_ID,
  TEAM_ID,
} from './seed.ts';
export type { Ephemeral, Message, Notification } from './types.ts';
export type { ChannelView, UserView } from './views-of.ts';
export { visibleText } from './visible-text.ts';

/** Starts a workspace with one app in it, on 127.0.0.1. */
export async function startSlack(options: SlackOptions = {}): Promise<FakeSlack> {
  const world = buildWorld(options);
  const server = createSlackServer(world, (request, response, url) => controlApi(slack, world, request, response, url));
  const slack = new FakeSlack(world, async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  world.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return slack;
}
