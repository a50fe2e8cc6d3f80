import { maskWith } from '../../src/domain/secrets.ts';
import type { Behind, BehindQuestion } from '../page/client/model/behind.ts';
import { BOT_USER_ID } from '../slack/index.ts';
import { type MessageAt, readBehind } from './behind/read.ts';
import { tellBehind } from './behind/told.ts';
import { WEBHOOK_TOKEN } from './scenario.ts';
import type { Demo } from './start.ts';

/** Rows are read by SQL, words are Hikeshi's; nothing is asked of Slack, which knows nothing of all this. */
export async function behindOf(
  { slack, app }: Pick<Demo, 'slack' | 'app'>,
  question: BehindQuestion,
): Promise<Behind | undefined> {
  const message = messageAt(slack, question);
  if (!message) return undefined;
  const secrets = [WEBHOOK_TOKEN, slack.botToken, slack.appToken];
  const mask = maskWith(() => secrets);
  return tellBehind(await readBehind(app.database.db, message), question.lang, mask);
}

/** What the app said, and somebody may see; nothing else has anything behind it. */
function messageAt(slack: Demo['slack'], { channel: id, ts, as }: BehindQuestion): MessageAt | undefined {
  const channel = channelOf(slack, id);
  if (!channel?.members.includes(as)) return undefined;
  const whispered = slack.user(as).ephemerals.some((one) => one.channel === id && one.ts === ts);
  if (!whispered && channel.message(ts)?.user !== BOT_USER_ID) return undefined;
  const direct = id.startsWith('D');
  const places = direct ? [id, ...channel.members] : [id, channel.name, `#${channel.name}`];
  return { channelId: id, places, ts, ...((whispered || direct) && { reader: as }) };
}

/** What the page asks for may be gone by now. */
function channelOf(slack: Demo['slack'], id: string): ReturnType<Demo['slack']['channel']> | undefined {
  try {
    return slack.channel(id);
  } catch {
    return undefined;
  }
}
