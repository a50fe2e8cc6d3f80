import { text } from '../../domain/content.ts';
import type { intake as en } from '../en/intake.ts';

const REASONS: Readonly<Record<string, string>> = {
  'not-json': 'JSON ではありません',
  'not-an-object': 'JSON オブジェクトではありません',
  'no-alerts': 'alerts 配列がありません',
  'too-large': 'maxBody より大きい本文です',
};

export const intake: typeof en = {
  refused: (p) =>
    text`ソース ${{ code: p.source }} の Webhook 本文（${p.bytes} バイト）を拒否しました: ${REASONS[p.reason] ?? p.reason}。Alertmanager は再送しません。`,
  refusedRemedy: (p) =>
    p.reason === 'too-large'
      ? text`対処: hikeshi.yaml の ${{ code: 'maxBody' }} を大きくするか、${{ code: 'group_by' }} でグループを小さくしてください。`
      : text`対処: この URL は Alertmanager の ${{ code: 'webhook_configs' }} から標準の本文で呼び出してください（${{ code: 'payload' }} テンプレートなし）。`,
  refusedOnce: () => text`1時間に1回、ソースごとにお知らせします。`,
  begins: () => text`本文の先頭:`,
  quarantined: (p) =>
    text`ソース ${{ code: p.source }} のアラート本文（${p.bytes} バイト）を完全には解釈できませんでした。隔離 ${p.id} として30日間保存してあり、何も失われていません。`,
  quarantineReason: (p) => text`理由: ${p.reason}`,
  quarantineNext: () =>
    text`次の一手: Alertmanager で発生中のアラートを確認し、この本文を Hikeshi の不具合として報告してください。`,
  configRefused: () => text`hikeshi.yaml の変更は拒否されました。動作中の設定のまま続けます。`,
  configRemedy: () => text`対処: ファイルを直してください。5秒以内に読み直します。`,
};
