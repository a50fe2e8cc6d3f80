import { code, text } from '../../domain/content.ts';
import type { audit as en } from '../en/audit.ts';

export const audit: typeof en = {
  head: {
    sealed: (p) => text`監査ログはエントリ ${p.lastId} まで封印されました: ${code(p.anchor)}`,
    keep: () =>
      text`この行を ${code('hikeshi audit verify --anchor')} に渡すと、それ以前の変更や切り捨てがないことを確かめられます。`,
  },
};
