import { FakeChat } from '../fakes/chat.ts';
import { plainText } from '../fakes/plain-text.ts';
import { chatContract } from './chat.ts';

chatContract('the double', async () => {
  const chat = new FakeChat();
  chat.archive('C9');
  return {
    chat,
    channel: 'C1',
    archived: 'C9',
    person: 'UHANA',
    read: (channelId, threadTs) =>
      chat
        .shown(channelId)
        .filter((m) => (threadTs === undefined ? !m.threadTs || m.broadcast : m.threadTs === threadTs))
        .map((m) => plainText(m.message.text)),
    fail: (kind, method, options = {}) => chat.fail(kind, { method, ...options }),
    holdPost: () => chat.hold('post', { done: true }),
    close: async () => undefined,
  };
});
