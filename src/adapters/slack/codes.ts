import type { ChatErrorKind } from '../../ports/chat.ts';

/** Slack's error codes by what to do about them; a code that is not here is `invalid`. */
const CODES: Readonly<Record<Exclude<ChatErrorKind, 'invalid'>, readonly string[]>> = {
  'rate-limited': ['ratelimited', 'rate_limited', 'message_limit_exceeded'],
  passing: ['service_unavailable', 'team_added_to_org'],
  ambiguous: ['fatal_error', 'internal_error', 'request_timeout'],
  channel: [
    'channel_not_found',
    'not_in_channel',
    'is_archived',
    'is_inactive',
    'user_not_in_channel',
    'messages_tab_disabled',
    'restricted_action',
    'user_disabled',
    'user_not_found',
    'users_not_found',
    'user_not_visible',
    'cannot_dm_bot',
    'cant_dm_bot',
    'method_not_supported_for_channel_type',
    'channel_type_not_supported',
    'no_permission',
    'external_channel_migrating',
    'team_not_found',
    'not_in_team',
  ],
  gone: [
    'message_not_found',
    'edit_window_closed',
    'cant_update_message',
    'cant_delete_message',
    'thread_not_found',
    'cannot_reply_to_message',
  ],
  token: [
    'not_authed',
    'invalid_auth',
    'account_inactive',
    'token_revoked',
    'token_expired',
    'missing_scope',
    'not_allowed_token_type',
    'access_denied',
    'org_login_required',
    'ekm_access_denied',
    'team_access_not_granted',
    'team_disabled',
    'user_removed_from_team',
    'link_disabled',
    'forbidden_team',
  ],
  expired: [
    'expired_trigger_id',
    'exchanged_trigger_id',
    'invalid_trigger_id',
    'trigger_expired',
    'trigger_exchanged',
    'push_limit_reached',
    'not_found',
    'view_not_found',
    'hash_conflict',
    'expired_url',
    'used_url',
  ],
};

const KIND_OF = new Map<string, ChatErrorKind>(
  Object.entries(CODES).flatMap(([kind, codes]) =>
    codes.map((code): [string, ChatErrorKind] => [code, kind as ChatErrorKind]),
  ),
);

export function kindOfCode(code: string): ChatErrorKind {
  if (code.startsWith('restricted_action')) return 'channel';
  return KIND_OF.get(code) ?? 'invalid';
}

/** HTTP status of an answer that is not Slack's usual 200; Slack refuses with 200, so a 4xx is a proxy's on the way there. */
export function kindOfStatus(status: number): ChatErrorKind {
  if (status === 429) return 'rate-limited';
  if (status === 503) return 'passing';
  return status >= 500 || status < 400 ? 'ambiguous' : 'passing';
}

/** Faults of the network in which not one byte of the request left. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

export function kindOfNetworkFault(code: string | undefined): ChatErrorKind {
  return code !== undefined && NOT_SENT.has(code) ? 'passing' : 'ambiguous';
}
