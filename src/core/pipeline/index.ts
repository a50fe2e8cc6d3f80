import type { ActionAsked } from '../ask/answer.ts';
import type { Answering, ClickHandler, Handling, SubmitHandler } from '../handling.ts';
import { approvalClick, refuseSubmit } from './approval-click.ts';
import { chooseSubmit } from './choose-submit.ts';
import { actionClick, cancelClick } from './clicks.ts';
import { continueClick } from './continue-click.ts';
import type { PipelineDeps } from './deps.ts';
import { APPROVAL_BUTTON, CHOOSE_FORM, CONFIRM_FORM, CONTINUE_BUTTON, REFUSE_FORM, TERM_BUTTON } from './forms.ts';
import { startTyped } from './start.ts';
import { confirmSubmit } from './submit.ts';
import { termClick } from './term/click.ts';

export { wordAsker } from './asker-words.ts';
export { wordBrokenGlass } from './break-glass.ts';
export type { PipelineDeps } from './deps.ts';
export { startPlanSweep } from './expire.ts';
export { order, type StandingOrder } from './standing.ts';
export { startTermSweep } from './term/due.ts';
export { showTermPost } from './term/post.ts';
export { showActionPost } from './told.ts';

/** The pipeline's ways in, for the inbound module. */
export interface Pipeline {
  readonly startAction: (asked: ActionAsked, handling: Handling) => Promise<Answering>;
  readonly clicks: Readonly<Record<string, ClickHandler>>;
  readonly forms: Readonly<Record<string, SubmitHandler>>;
}

export function createPipeline(deps: PipelineDeps): Pipeline {
  return {
    startAction: (asked, handling) => startTyped(deps, asked, handling),
    clicks: {
      action: actionClick(deps),
      [CONTINUE_BUTTON]: continueClick(deps),
      'job-cancel': cancelClick(deps),
      [APPROVAL_BUTTON]: approvalClick(deps),
      [TERM_BUTTON]: termClick(deps),
    },
    forms: {
      [CHOOSE_FORM]: chooseSubmit(deps),
      [CONFIRM_FORM]: confirmSubmit(deps),
      [REFUSE_FORM]: refuseSubmit(deps),
    },
  };
}
