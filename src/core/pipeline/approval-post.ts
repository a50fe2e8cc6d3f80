import { type Block, type Button, cut, type Inline, type Message, type Text } from '../../domain/content.ts';
import type { ApprovalState } from '../../domain/plan.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { Action } from '../define.ts';
import { besides } from '../rights/may.ts';
import type { ApprovalRow } from './approvals.ts';
import type { PipelineDeps } from './deps.ts';
import { APPROVAL_BUTTON, termBlocks, untriedBlocks } from './forms.ts';
import { type ActionRow, planOf } from './records.ts';
import { nameIn } from './words.ts';

/** The message shows this much of a reason; the audit has all of it. */
export const REASON_SHOWN = 150;

interface Waiting {
  readonly row: ActionRow;
  readonly approval: ApprovalRow;
  readonly m: Catalog;
  readonly title: string;
  /** Absent: this version has none by that verb, and nobody approves what cannot be shown. */
  readonly action: Action | undefined;
  readonly whoMay: PipelineDeps['whoMay'];
  /** What else was done to the target lately, and what waits. */
  readonly lately?: readonly Text[];
}

const EMOJI: Readonly<Record<ApprovalState, string>> = {
  asked: 'raised_hand',
  given: 'white_check_mark',
  refused: 'no_entry_sign',
  withdrawn: 'no_entry_sign',
  expired: 'no_entry_sign',
};

/** An action that waits for a second person, or got no yes: what it would do, why, who is asked, until when. */
export function approvalMessage(waiting: Waiting): Message {
  const { row, approval, m, title } = waiting;
  const words = m.action.approval;
  const status = statusOf(waiting);
  const by = words.by({
    by: nameIn(row.principal),
    at: approval.asked_at,
    number: approval.number,
    reason: row.reason,
  });
  const buttons = buttonsOf(waiting);
  return {
    text: words.lockScreen({ title, target: row.target_key, status, number: approval.number }),
    blocks: [
      {
        kind: 'text',
        text: m.action.post.headline({ emoji: EMOJI[approval.state], title, target: row.target_key }),
      },
      { kind: 'context', lines: [by] },
      ...(approval.state === 'asked' ? previewOf(waiting) : []),
      { kind: 'text', text: status },
      ...(buttons.length > 0 ? [{ kind: 'buttons' as const, buttons } satisfies Block] : []),
    ],
  };
}

/** The very plan that the digest is of. */
function previewOf({ row, m, action, lately = [] }: Waiting): readonly Block[] {
  if (!action) return [];
  const plan = planOf(row);
  const beside = lately.map((text): Block => ({ kind: 'text', text }));
  return [...beside, ...action.preview(m, plan), ...untriedBlocks(m, plan), ...termBlocks(m, { action, row, plan })];
}

function statusOf({ row, approval, m, whoMay }: Waiting): Text {
  const words = m.action.approval;
  const by: Inline | undefined = approval.decided_by ? nameIn(approval.decided_by) : undefined;
  switch (approval.state) {
    case 'asked':
      return words.asked({ who: besides(whoMay('approver'), row.principal), until: approval.expires_at });
    case 'given':
      return words.given({ by });
    case 'refused':
      return words.refused({ by, reason: approval.reason && cut(approval.reason, REASON_SHOWN) });
    case 'withdrawn':
      return words.withdrawn({ by });
    case 'expired':
      return words.expired();
  }
}

function buttonsOf({ row, approval, m, title, action }: Waiting): readonly Button[] {
  const words = m.action.approval;
  const carries = { v: 1, approval: approval.id };
  if (approval.state !== 'asked') {
    const again: Button = { id: 'action', label: m.action.post.again, carries: { v: 1, again: row.id } };
    return approval.state === 'expired' ? [again] : [];
  }
  const ask = { title: words.sure, text: words.sureText(title), yes: words.approve, no: m.action.form.dismiss };
  const approve: Button = {
    id: APPROVAL_BUTTON,
    label: words.approve,
    style: 'primary',
    carries: { ...carries, say: 'yes' },
    confirm: ask,
  };
  return [
    ...(action ? [approve] : []),
    { id: APPROVAL_BUTTON, label: words.refuse, carries: { ...carries, say: 'no' } },
    { id: APPROVAL_BUTTON, label: words.withdraw, carries: { ...carries, say: 'withdraw' } },
  ];
}
