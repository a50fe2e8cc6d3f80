import type { rules as en } from '../en/rules.ts';

export const rules: typeof en = {
  on: ({ environment }) => `環境 ${environment}`,
  everyAction: ({ who }) => `${who.join('、')} はすべての操作を実行できます`,
  noOperator: '操作担当 (operator) が指定されていません',
  permission: ({ index, who, verbs, on }) =>
    `permissions[${index}]: ${who.join('、')} は ${on.join('、')} で${verbs === 'all' ? 'すべての操作' : ` ${verbs.join('、')} `}を実行できます`,
  actionsIn: ({ channels }) => `操作できるのは ${channels.join('、')} だけです`,
  reason: '理由の入力が必要です',
  noReason: '理由の入力は不要です',
  approval: ({ verbs }) => `別の人の承認が必要: ${verbs.join('、')}`,
  noApproval: '別の人の承認は不要です',
  atOnce: ({ count }) => `同時に行える変更は ${count} 件までです`,
  timeUp: {
    ask: '--for の時間が過ぎたら、元に戻すかどうかを尋ねます',
    auto: '--for の時間が過ぎたら、元に戻します',
  },
  protected: ({ namespaces, except }) =>
    `保護されたネームスペース: ${namespaces.join('、')}${except.length > 0 ? `（例外: ${except.join('、')}）` : ''}`,
  noneProtected: '保護されたネームスペースはありません',
  protectedLabel: ({ label }) => `保護ラベル: ${label}`,
  replicas: ({ min, max }) => `レプリカ数: ${min}～${max}`,
  coolDown: ({ time }) => `操作した対象は、${time} の間操作できません`,
  noCoolDown: '操作後の待機時間はありません',
  freeze: ({ name, zone, spans }) => `変更凍結（${name}、${zone}）: ${spans.join('、')}`,
  noFreeze: '変更凍結はありません',
  days: ['月', '火', '水', '木', '金', '土', '日'],
  span: {
    never: ({ from, to }) => `${from}～${to}`,
    day: ({ from, to }) => `毎日 ${from}～${to}`,
    week: ({ from, to }) => `毎週 ${from}～${to}`,
  },
  radius: ({ actions, percent, time }) => {
    const most = [
      ...(actions === undefined ? [] : [`操作 ${actions} 件`]),
      ...(percent === undefined ? [] : [`対象の Pod の ${percent} %`]),
    ];
    return `${time} 以内の上限: ${most.join('、')}`;
  },
  noRadius: '一度に変えられる量の上限はありません',
  incidentRequired: '未解決のインシデントからだけ操作できます',
  nobodyLifts: 'ガードレールを解除できる人はいません',
  lifts: ({ role }) => `${role} は、ガードレールを一つ、一度だけ解除できます`,
};
