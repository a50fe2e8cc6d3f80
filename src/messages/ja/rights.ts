import { bold, code, type Inline, joinText, type Text, text } from '../../domain/content.ts';
import type { rights as en, GrantWords } from '../en/rights.ts';

const ROLES = { none: '権限なし', viewer: 'viewer', operator: 'operator', admin: 'admin' } as const;

const MEANS = {
  none: '何もできません',
  viewer: '閲覧とインシデント対応ができます',
  operator: '閲覧、インシデント対応、すべての環境でのすべての操作ができます',
  admin: '閲覧、インシデント対応、すべての操作、Hikeshi 自体の変更ができます',
} as const;

export const rights: typeof en = {
  whoami: {
    summary: '自分に何ができるか、設定のどの行によるか',
    role: ({ role, why }) => text`あなたは ${bold(ROLES[role])} です（${why}）。`,
    means: ({ role }) => text`${MEANS[role]}。`,
    approver: () => text`他の人の計画を承認することもできます（${code('roles.approver')}）。`,
    grant: (p) => text`ほかに ${grantWords(p)}。`,
    noGrants: () =>
      text`操作するには、${code('roles.operator')} か ${code('permissions')} のどれかに指定されている必要があります。`,
  },

  can: {
    summary: 'ある人がその操作をできるか、設定のどの行によるか',
    byRole: (p) =>
      text`${bold('できます')}: ${subject(p)}は ${bold(ROLES[p.role])}（${p.why}）なので ${what(p)} できます。`,
    byPermission: (p) =>
      text`${bold('できます')}: ${subject(p)}は ${p.target === undefined ? '一部の対象を ' : ''}${what(p)} できます。${grantWords(p.grant)}。`,
    noRole: (p) =>
      text`${bold('できません')}: ${code(p.what)} には ${bold(ROLES[p.needed])} の権限が必要です。${subject(p)}は ${ROLES[p.role]}（${p.why}）で、これを許す permissions もありません。`,
    elsewhere: (p) =>
      text`${bold('できません')}: ${subject(p)}は ${what(p)} できません。${joinText(p.grants.map(grantWords), '、')}。`,
    nothing: ({ who, why }) => text`${bold('できません')}: ${subject({ who })}はここでは何もできません（${why}）。`,
    ask: ({ who }) => text`できる人: ${inline(who)}`,
    second: ({ who }) =>
      who.length > 0
        ? text`${bold('もう一人の承認')}が必要です: ${inline(who)}`
        : text`${bold('もう一人の承認')}が必要ですが、${code('roles.approver')} にほかの人がいません。`,
    notNow: ({ why }) => text`${bold('今はできません')}: ${why}`,
    moreGuards: ({ rules }) => text`ほかの制限: ${inline(rules.map((rule) => code(rule)))}`,
  },

  onlyIn: ({ environment, channels }) =>
    text`${code(environment)} への操作は ${inline(channels.map((c) => (c.startsWith('#') ? code(c) : { channel: c })))} でのみ受け付けます。`,

  why: (p) => {
    switch (p.rule) {
      case 'named':
        return text`${code(`roles.${p.role ?? ''}`)} の ${code(p.named ?? '')}`;
      case 'group-member':
        return text`${code(`roles.${p.role ?? ''}`)} のユーザーグループ ${code(`@${p.group ?? ''}`)}`;
      case 'permission':
        return text`${code(`permissions[${p.index ?? 0}]`)} で操作できる人は閲覧もできます`;
      case 'full-member':
        return text`${code('roles.default')} により正規メンバー全員`;
      case 'not-named':
        return text`${code('roles.default')} が none で、どの行にも指定がありません`;
      case 'guest':
        return text`このワークスペースのゲスト`;
      case 'deactivated':
        return text`Slack アカウントが停止中`;
      case 'bot':
        return text`人ではなくアプリ`;
      case 'foreign-team':
        return text`別のワークスペースのメンバー`;
      case 'slack-away':
        return text`最近の情報がなく、Slack からの応答も間に合いませんでした`;
      default:
        return text`Slack にこの id の人はいません`;
    }
  },
};

/** Without `who` it is the one who asks. */
function subject({ who }: { readonly who?: string | undefined }): string {
  return who === undefined ? 'あなた' : `${who} `;
}

function what(p: { readonly what: string; readonly target?: string }): Text {
  return p.target === undefined ? text`${code(p.what)}` : text`${code(p.target)} を ${code(p.what)}`;
}

function grantWords(p: GrantWords): Text {
  const verbs = p.verbs.length === 0 ? text`すべての操作` : inline(p.verbs.map((verb) => code(verb)));
  return text`${code(`permissions[${p.index}]`)}（${p.as}）: ${inline(p.on.map((one) => code(one)))} で ${verbs}`;
}

function inline(parts: readonly Inline[]): Text {
  return joinText(
    parts.map((part) => [part]),
    '、',
  );
}
