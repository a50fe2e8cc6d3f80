import { maskSecrets } from '../../../domain/secrets.ts';

/**
 * What somebody typed. Slack escapes exactly three characters; its forms in angle brackets stay as they are. Who pastes a secret
 * to us by mistake is not answered with it: it goes before anything takes it to pieces.
 */
export function typed(text: string): string {
  return maskSecrets(text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'));
}

/**
 * What was said to us: without the mention of us at the beginning; of "hey @us, logs checkout" what follows it, and of
 * "thanks @us" what stands before.
 */
export function withoutMention(text: string, botUserId: string | undefined): string {
  const id = botUserId ? botUserId.replace(/\W/g, '') : '[UW][A-Z0-9]+';
  const found = new RegExp(`<@${id}(?:\\|[^>]*)?>[:,]?`).exec(text);
  if (!found) return text.trim();
  const before = text.slice(0, found.index).trim();
  const after = text.slice(found.index + found[0].length).trim();
  return after || before;
}
