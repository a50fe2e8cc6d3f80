import { bold, code, type Inline, joinText, type Text, text } from '../../domain/content.ts';

type Role = 'none' | 'viewer' | 'operator' | 'admin';

/** The rule that gave a role; `named` and `group` as config writes them. */
export interface WhyWords {
  readonly rule: string;
  readonly role?: Role | 'approver';
  readonly named?: string;
  readonly group?: string;
  readonly index?: number;
}

/** A permission that somebody has. */
export interface GrantWords {
  readonly index: number;
  readonly as: string;
  readonly verbs: readonly string[];
  readonly on: readonly string[];
}

const MEANS: Readonly<Record<Role, string>> = {
  none: 'nothing',
  viewer: 'read and handle incidents',
  operator: 'read, handle incidents, and run every action everywhere',
  admin: "read, handle incidents, run every action everywhere, and change Hikeshi's own state",
};

/** What people may do, and by which line of the config. */
export const rights = {
  // ---------------------------------------------------------------- /ops whoami
  whoami: {
    summary: 'what you may do, and by which line of the config',
    role: (p: { role: Role; why: Text }): Text => text`You are ${bold(p.role)}: ${p.why}.`,
    means: (p: { role: Role }): Text => text`So you may ${MEANS[p.role]}.`,
    approver: (): Text => text`You may also approve other people's plans: ${code('roles.approver')} names you.`,
    grant: (p: GrantWords): Text => text`Besides, ${grantWords(p)}.`,
    noGrants: (): Text => text`To act, ${code('roles.operator')} or one of ${code('permissions')} has to name you.`,
  },

  // ---------------------------------------------------------------- /ops can
  can: {
    summary: 'may somebody run something on a target, and by which line of the config',
    byRole: (p: { who?: string; what: string; target?: string; role: Role; why: Text }): Text =>
      text`${bold('Yes')}: ${p.who ?? 'you'} may ${what(p)}, being ${bold(p.role)}: ${p.why}.`,
    byPermission: (p: { who?: string; what: string; target?: string; grant: GrantWords }): Text =>
      text`${bold('Yes')}: ${p.who ?? 'you'} may ${what(p)}${p.target === undefined ? ' on some targets' : ''}: ${grantWords(p.grant)}.`,
    noRole: (p: { who?: string; what: string; needed: Role; role: Role; why: Text }): Text =>
      text`${bold('No')}: ${code(p.what)} needs the role ${bold(p.needed)}. ${p.who === undefined ? 'You are' : `${p.who} is`} ${p.role}: ${p.why}; no permission gives it.`,
    elsewhere: (p: { who?: string; what: string; target?: string; grants: readonly GrantWords[] }): Text =>
      text`${bold('No')}: ${p.who ?? 'you'} may not ${what(p)}. ${joinText(
        p.grants.map((grant) => text`${grantWords(grant)}`),
        '; ',
      )}.`,
    nothing: (p: { who?: string; why: Text }): Text =>
      text`${bold('No')}: ${p.who ?? 'you'} may do nothing here: ${p.why}.`,
    ask: (p: { who: readonly Inline[] }): Text => text`These may: ${inline(p.who)}.`,
    second: (p: { who: readonly Inline[] }): Text =>
      p.who.length > 0
        ? text`A ${bold('second person')} has to approve it: ${inline(p.who)}.`
        : text`A ${bold('second person')} has to approve it, and ${code('roles.approver')} names nobody else.`,
    /** A guardrail that says no at present. */
    notNow: (p: { why: Text }): Text => text`${bold('Not now')}: ${p.why}`,
    moreGuards: (p: { rules: readonly string[] }): Text =>
      text`Also in the way: ${inline(p.rules.map((rule) => code(rule)))}.`,
  },

  onlyIn: (p: { environment: string; channels: readonly string[] }): Text =>
    text`Actions on ${code(p.environment)} are taken in ${inline(p.channels.map((c) => (c.startsWith('#') ? code(c) : { channel: c })))} only.`,

  /** `you`: it is said to the person. */
  why: (p: WhyWords & { you: boolean }): Text => {
    switch (p.rule) {
      case 'named':
        return text`${code(`roles.${p.role ?? ''}`)} names ${code(p.named ?? '')}`;
      case 'group-member':
        return text`${code(`roles.${p.role ?? ''}`)} names the user group ${code(`@${p.group ?? ''}`)}`;
      case 'permission':
        return text`${code(`permissions[${p.index ?? 0}]`)} names ${p.you ? 'you' : 'them'}, and who may act may read`;
      case 'full-member':
        return text`every full member is, as ${code('roles.default')} says`;
      case 'not-named':
        return text`${code('roles.default')} is none, and no line names ${p.you ? 'you' : 'them'}`;
      case 'guest':
        return text`a guest of this workspace`;
      case 'deactivated':
        return text`the Slack account is deactivated`;
      case 'bot':
        return text`an app, not a person`;
      case 'foreign-team':
        return text`a member of another workspace`;
      case 'slack-away':
        return text`nothing recent is known of them, and Slack did not answer in time`;
      default:
        return text`Slack knows nobody by this id`;
    }
  },
};

function what(p: { readonly what: string; readonly target?: string }): Text {
  return p.target === undefined ? text`${code(p.what)}` : text`${code(p.what)} ${code(p.target)}`;
}

/** `permissions[0]` (`@dev`) gives `restart` on `staging` */
function grantWords(p: GrantWords): Text {
  const verbs = p.verbs.length === 0 ? text`every action` : inline(p.verbs.map((verb) => code(verb)));
  return text`${code(`permissions[${p.index}]`)} (${p.as}) gives ${verbs} on ${inline(p.on.map((one) => code(one)))}`;
}

function inline(parts: readonly Inline[]): Text {
  return joinText(
    parts.map((part) => [part]),
    ', ',
  );
}
