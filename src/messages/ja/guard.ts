import { bold, code, dateTimeOf, joinText, text, timeOf } from '../../domain/content.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { guard as en } from '../en/guard.ts';
import { ageWords } from './ages.ts';

export const guard: typeof en = {
  'protected-namespace': ({ namespace }) =>
    text`${code(namespace)} は${bold('保護されたネームスペース')}のため、変更できません。`,
  'protected-label': ({ label, target }) =>
    text`${code(target)} はラベル ${code(label)} で${bold('保護されている')}ため、変更できません。`,
  'replica-bounds': ({ replicas, min, max }) =>
    text`レプリカ数 ${bold(String(replicas))} は ${code('guardrails.replicas')} の範囲（${min}～${max}）の外です。`,
  'cool-down': ({ target, until }) =>
    text`${code(target)} は先ほど操作されたため、${timeOf(until)} まで${bold('待機中')}です。`,
  freeze: ({ name, until }) =>
    until
      ? text`${dateTimeOf(until)} まで変更は${bold('凍結中')}です（${name}）。`
      : text`変更は${bold('凍結中')}です（${name}、終了予定なし）。`,
  'blast-radius': (p) =>
    text`一度に変えすぎです: ${code(p.environment)} で ${ageWords(formatDuration(p.withinMs))} 以内に${
      p.of === 'actions' ? '操作' : '影響する Pod '
    }が ${bold(`${p.count} 件`)}になります（上限 ${p.most}）。${
      p.until ? text`${timeOf(p.until)} 以降ならできます。` : 'この操作だけで上限を超えています。'
    }`,
  'incident-required': ({ environment }) =>
    text`${code(environment)} を変更できるのは${bold('未解決のインシデント')}からだけです。そのボタンか、スレッドでのメンションを使ってください。`,

  liftable: ({ rule, role, who }) =>
    text`${bold(role)} の権限があれば、一度だけ解除できます（${code(`--break-glass ${rule}`)}）${
      who.length > 0
        ? text`: ${joinText(
            who.map((one) => [one]),
            '、',
          )}`
        : ''
    }。`,
  unliftable: () => text`解除できる人はいません。`,
  lifted: ({ rule }) => text`${code(rule)} は、その期間に限って解除されたものです。`,
  button: '緊急解除…',
  flag: 'この操作に限りガードレールを一つ解除（理由が必須、チャンネルに通知）',
  breaking: ({ rule }) =>
    text`${{ emoji: 'rotating_light' }} ${bold('緊急解除')}: この操作に限り ${code(rule)} を解除します。チャンネルとフォールバックチャンネルに、あなたの名前と理由が通知されます。`,
  broken: ({ by, rule, title, target, reason }) =>
    text`${{ emoji: 'rotating_light' }} ${{ mention: { kind: 'everyone', scope: 'here' } }} ${bold('緊急解除')}: ${by} が ${bold(title)} · ${code(target)} のために ${code(rule)} を一度だけ解除しました: 「${reason}」`,
};
