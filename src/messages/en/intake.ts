import { type Text, text } from '../../domain/content.ts';

const REASONS: Readonly<Record<string, string>> = {
  'not-json': 'it is not JSON',
  'not-an-object': 'it is not a JSON object',
  'no-alerts': 'it has no alerts array',
  'too-large': 'it is larger than maxBody allows',
};

/** What people read when a webhook body could not be taken, or only in part. */
export const intake = {
  refused: (p: { source: string; reason: string; bytes: number }): Text =>
    text`Refused a webhook body of source ${{ code: p.source }} (${p.bytes} bytes): ${REASONS[p.reason] ?? p.reason}. Alertmanager does not send it again.`,
  refusedRemedy: (p: { reason: string }): Text =>
    p.reason === 'too-large'
      ? text`Remedy: raise ${{ code: 'maxBody' }} in hikeshi.yaml, or set ${{ code: 'group_by' }} so that groups are smaller.`
      : text`Remedy: the receiver's URL must be called by Alertmanager's ${{ code: 'webhook_configs' }} with its own body (no ${{ code: 'payload' }} template).`,
  refusedOnce: (): Text => text`Told once an hour and source.`,
  begins: (): Text => text`It begins:`,
  quarantined: (p: { source: string; id: number; bytes: number }): Text =>
    text`An alert body of source ${{ code: p.source }} could not be understood in full (${p.bytes} bytes). It is kept for 30 days as quarantine ${p.id}; nothing of it is lost.`,
  quarantineReason: (p: { reason: string }): Text => text`Why: ${p.reason}`,
  quarantineNext: (): Text =>
    text`Next: look in Alertmanager what fires there, and report this body as a bug of Hikeshi.`,
  configRefused: (): Text => text`hikeshi.yaml was changed and is refused; the config that runs stays.`,
  configRemedy: (): Text => text`Remedy: mend the file; it is read again within 5 seconds.`,
};
