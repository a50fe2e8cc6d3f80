import { bold, code, text } from '../../domain/content.ts';
import type { rbac as en } from '../en/rbac.ts';

export const rbac: typeof en = {
  summary: 'Hikeshi 自身が Kubernetes で持つ権限と、コマンドに足りないもの、余分なもの',
  flags: { namespace: 'このネームスペースで' },
  found: (p) =>
    p.lacking === 0
      ? text`${bold(p.environment)}: すべてのコマンドに必要な権限があります。`
      : text`${bold(p.environment)}: ${p.clusters} クラスター中 ${p.lacking} で権限が足りないか、確認できませんでした。`,
  account: (p) =>
    text`${bold(p.place)}${p.user === undefined ? '' : text`（${code(p.user)}）`}: 権限 ${p.of} 件中 ${p.has} 件。`,
  missing: (p) =>
    text`不足: ${code(p.right)}${p.in === undefined ? '' : `（${p.in}）`}。必要とするコマンド: ${p.commands.join('、')}`,
  more: (p) => text`ほか ${p.more} 件`,
  beyond: (p) => text`どのコマンドにも不要な権限: ${p.rights.join('、')}${p.more > 0 ? `、ほか ${p.more} 件` : ''}。`,
  unanswered: (p) => text`${bold(p.place)} には問い合わせできませんでした: ${p.problem}`,
  mend: () => text`次の定義で直せます。適用は人が行ってください。Hikeshi は権限を付与しません。`,
  heading: (p) => `${p.place} 用`,
};
