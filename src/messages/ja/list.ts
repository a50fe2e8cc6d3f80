import { bold, code, joinText, text } from '../../domain/content.ts';
import type { list as en } from '../en/list.ts';

export const list: typeof en = {
  summary: {
    configmaps: 'ConfigMap とそのキー (値は表示しません)',
    endpoints: 'Service のエンドポイント (アドレス、ポート、準備完了の数。ないものが先)',
    events: 'イベント (警告が先、新しい順。namespace、またはワークロードとその Pod)',
    hpa: 'HPA と指標 (上限に達したもの、指標のないものが先)',
    namespaces: 'namespace と Pod Security のレベル (削除中のものが先)',
    netpol: 'NetworkPolicy と対象の Pod',
    nodes: 'ノードとバージョン (準備未完了、逼迫しているものが先)',
    pdb: 'PodDisruptionBudget (中断を許さないものが先)',
    quota: 'ResourceQuota を項目ごとに (残りの少ないものが先)',
    serviceaccounts: 'ServiceAccount と AWS ロール',
    services: 'Service と準備完了のエンドポイント数 (ないものが先)',
    top: 'CPU とメモリの使用量と requests、limits (上限に近いものが先)。Pod またはノード',
    workloads: 'Deployment、StatefulSet、DaemonSet (準備が揃っていないものが先)',
  },
  flags: {
    kind: 'deployment、statefulset、daemonset のどれかだけ',
    labelColumns: 'このラベルを列に表示 (例: app,eks.amazonaws.com/compute-type)',
    output: 'wide: 列を増やす',
    containers: 'コンテナごとに表示',
    usageSort: '並び順: limits (既定、上限に近い順)、cpu、memory',
  },
  ofKind: (p) => `${p.kind} ${p.n} 件`,
  things: {
    configmaps: (n) => `ConfigMap ${n} 件`,
    containerUsage: (n) => `コンテナ ${n} 個`,
    endpoints: (n) => `Service ${n} 件`,
    events: (n) => `イベント ${n} 件`,
    hpa: (n) => `HPA ${n} 件`,
    namespaces: (n) => `namespace ${n} 件`,
    netpol: (n) => `NetworkPolicy ${n} 件`,
    nodeUsage: (n) => `ノード ${n} 台`,
    nodes: (n) => `ノード ${n} 台`,
    pdb: (n) => `PodDisruptionBudget ${n} 件`,
    podUsage: (n) => `Pod ${n} 個`,
    quota: (n) => `クォータ ${n} 項目`,
    serviceaccounts: (n) => `ServiceAccount ${n} 件`,
    services: (n) => `Service ${n} 件`,
    workloads: (n) => `ワークロード ${n} 件`,
  },
  trouble: {
    configmaps: '',
    containerUsage: '上限間近',
    endpoints: '準備完了のアドレス 0',
    events: '警告',
    hpa: '上限到達または指標未取得',
    namespaces: '削除中',
    netpol: '',
    nodeUsage: '90 % 以上使用',
    nodes: '準備未完了または逼迫',
    pdb: '中断不可',
    podUsage: '上限間近',
    quota: '90 % 以上使用',
    serviceaccounts: '',
    services: '準備完了のエンドポイント 0',
    workloads: '準備未完了またはロールアウト未完了',
  },
  fine: {
    configmaps: () => '',
    containerUsage: () => '上限に余裕あり',
    endpoints: () => 'すべて準備完了のアドレスあり',
    events: () => '警告なし',
    hpa: () => '上限到達なし、すべて指標あり',
    namespaces: () => '削除中のものなし',
    netpol: () => '',
    nodeUsage: () => 'すべて使用率 90 % 未満',
    nodes: () => 'すべて準備完了、逼迫なし',
    pdb: () => 'すべて中断可能',
    podUsage: () => '上限に余裕あり',
    quota: () => 'すべて使用率 90 % 未満',
    serviceaccounts: () => '',
    services: () => 'すべて準備完了のエンドポイントあり',
    workloads: () => 'すべて準備完了',
  },
  found: (p) => {
    if (p.trouble === '') return text`${bold(p.where)}: ${p.things}。`;
    if (p.first === undefined) return text`${bold(p.where)}: ${p.things}、${p.fine}。`;
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
  next: {
    describe: (p) => `${p.name} の詳細`,
    endpoints: (p) => `${p.name} のエンドポイント`,
    events: (p) => `${p.name} のイベント`,
    pods: (p) => `${p.name} の Pod`,
    why: (p) => `${p.name} の原因を調べる`,
  },
  allOf: (p) => `${p.namespace} のすべて`,
  noPods: (p) =>
    p.desired === 0
      ? text`${bold(p.target)} のレプリカは 0 なので、Pod はありません。`
      : text`${bold(p.target)} には Pod が ${p.desired} 個あるはずですが、ひとつもありません。`,
  told: (p) => text`${code(p.object)} ${bold(p.reason)}: ${p.message}`,
  rolling: {
    reason: 'ロールアウト中',
    message: (p) => `Pod ${p.desired} 個中 ${p.updated} 個が新しいテンプレート`,
  },
  eventsKept: () => text`Kubernetes はイベントを既定で 1 時間しか保持しません。`,
  rollout: {
    summary: 'ロールアウトが完了したか、何を待っているか',
    again: 'もう一度見る',
    found: (p) => {
      const counts = `${p.desired} 個中 更新済み ${p.updated}、準備完了 ${p.ready}、利用可能 ${p.available}`;
      const why = p.reason === '' ? '' : text` ${code(p.reason)}`;
      if (p.state === 'done' && p.idle)
        return text`${bold(p.target)}: ロールアウト完了、${bold('0 個にスケール済み')}で Pod はありません。`;
      if (p.state === 'done')
        return text`${bold(p.target)}: ロールアウト完了、${p.desired} 個中 ${p.ready} 個が準備完了。`;
      if (p.state === 'failed') return text`${bold(p.target)}: ${bold('ロールアウト失敗')}、${counts}。${why}`;
      if (p.complete)
        return text`${bold(p.target)}: ロールアウト済みですが、${bold(`${p.desired} 個中 ${p.ready} 個`)}だけが準備完了です。${why}`;
      return text`${bold(p.target)}: ロールアウト中、${counts}。${why}`;
    },
  },
  node: {
    found: (p) => {
      const is = p.wrong.length > 0 ? bold(p.wrong.join('、')) : '正常、逼迫なし';
      const troubled = p.troubled > 0 ? text`、うち${bold(`${p.troubled} 個に問題`)}` : '';
      return text`${bold(p.node)}: ${is}${p.cordoned ? '、スケジュール停止中' : ''}。Pod ${p.pods} 個${troubled}。`;
    },
  },
  notLookedAt: (p) => text`ほかに ${p.more} 件は調べていません。${code('-n')} か ${code('-l')} で絞り込んでください。`,
};
