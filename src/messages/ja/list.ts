import { bold, code, joinText, text } from '../../domain/content.ts';
import type { list as en } from '../en/list.ts';

export const list: typeof en = {
  summary: {
    configmaps: 'ConfigMap とそのキー (値は表示しません)',
    hpa: 'HPA と指標 (上限に達したもの、指標のないものが先)',
    namespaces: 'namespace と Pod Security のレベル (削除中のものが先)',
    netpol: 'NetworkPolicy と対象の Pod',
    nodes: 'ノードとバージョン (準備未完了、逼迫しているものが先)',
    pdb: 'PodDisruptionBudget (中断を許さないものが先)',
    serviceaccounts: 'ServiceAccount と AWS ロール',
  },
  flags: {
    labelColumns: 'このラベルを列に表示 (例: app,eks.amazonaws.com/compute-type)',
    output: 'wide: 列を増やす',
  },
  things: {
    configmaps: (n) => `ConfigMap ${n} 件`,
    hpa: (n) => `HPA ${n} 件`,
    namespaces: (n) => `namespace ${n} 件`,
    netpol: (n) => `NetworkPolicy ${n} 件`,
    nodes: (n) => `ノード ${n} 台`,
    pdb: (n) => `PodDisruptionBudget ${n} 件`,
    serviceaccounts: (n) => `ServiceAccount ${n} 件`,
  },
  trouble: {
    configmaps: '',
    hpa: '上限到達または指標なし',
    namespaces: '削除中',
    netpol: '',
    nodes: '準備未完了または逼迫',
    pdb: '中断不可',
    serviceaccounts: '',
  },
  found: (p) => {
    if (p.trouble === '') return text`${bold(p.where)}: ${p.things}。`;
    if (p.first === undefined) return text`${bold(p.where)}: ${p.things}、${p.trouble}なし。`;
    return text`${bold(p.where)}: ${p.things}、${bold(`${p.trouble} ${p.troubled} 件`)}。先頭は ${code(p.first)}。`;
  },
  none: (p) => {
    if (p.target === undefined) return text`${bold(p.where)}: ${p.things}。`;
    const near = joinText(
      p.near.map((name) => [code(name)]),
      '、',
    );
    return text`${bold(p.where)}: ${code(p.target)} という名前のものは ${p.things}。${near.length > 0 ? text`もしかして: ${near}。` : ''}`;
  },
  notLookedAt: (p) => text`ほかに ${p.more} 件は調べていません。${code('-n')} か ${code('-l')} で絞り込んでください。`,
};
