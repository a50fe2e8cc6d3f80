import { refuse } from './refusal.ts';
import { BOT_USER_ID, PEOPLE } from './seed.ts';

export type TokenKind = 'bot' | 'app' | 'user';
/** What becomes of a token: uninstalled, revoked, expired. */
export type TokenTrouble = 'account_inactive' | 'token_revoked' | 'token_expired' | 'invalid_auth';

export interface Token {
  readonly text: string;
  readonly kind: TokenKind;
  readonly user: string;
  scopes: Set<string>;
  trouble?: TokenTrouble | undefined;
}

/** The bot's token, the app-level one of Socket Mode, and an admin's own. */
export class Tokens {
  readonly bot: Token;
  readonly app: Token;
  readonly admin: Token;

  constructor(scopes: readonly string[]) {
    this.bot = { text: 'xoxb-fake-bot-token', kind: 'bot', user: BOT_USER_ID, scopes: new Set(scopes) };
    this.app = { text: 'xapp-fake-app-token', kind: 'app', user: BOT_USER_ID, scopes: new Set(['connections:write']) };
    this.admin = {
      text: 'xoxp-fake-admin-token',
      kind: 'user',
      user: PEOPLE.sato,
      scopes: new Set(['usergroups:read', 'usergroups:write', 'users:read']),
    };
  }

  /** Refuses a missing, strange or dead token. */
  find(text: string | undefined): Token {
    if (!text) refuse('not_authed');
    const token = [this.bot, this.app, this.admin].find((one) => one.text === text);
    if (!token) refuse('invalid_auth');
    if (token.trouble) refuse(token.trouble);
    return token;
  }

  /** Every scope of `all`, or one of `any`; else missing_scope with what is needed and what there is. */
  demand(token: Token, needs: { all?: readonly string[]; any?: readonly string[] }): void {
    const missing = (needs.all ?? []).filter((scope) => !token.scopes.has(scope));
    const any = needs.any ?? [];
    const none = any.length > 0 && !any.some((scope) => token.scopes.has(scope));
    if (missing.length === 0 && !none) return;
    refuse('missing_scope', {
      needed: (missing.length > 0 ? missing : any).join(','),
      provided: [...token.scopes].sort().join(','),
    });
  }
}
