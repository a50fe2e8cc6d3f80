import { z } from 'zod';
import { messageOf } from '../../domain/content.ts';
import { isGuardRule } from '../../domain/guardrails.ts';
import type { SubmitRequest } from '../../ports/chat.ts';
import { databaseTarget } from '../databases.ts';
import { type Handling, namedPrincipal, onSubmit, type SubmitHandler } from '../handling.ts';
import { originOf } from '../requests.ts';
import type { PipelineDeps } from './deps.ts';
import type { Draft } from './draft.ts';
import { CHOSEN_INPUT } from './forms.ts';
import { startDraft, titleOf } from './start.ts';

const Carries = z.object({
  v: z.literal(1),
  verb: z.string(),
  environment: z.string(),
  name: z.string(),
  channel: z.string().optional(),
  thread: z.string().optional(),
  incident: z.int().optional(),
  incidentId: z.int().optional(),
  lift: z.string().refine(isGuardRule).optional(),
});

/** What was chosen, planned and shown as if it had been typed. */
export function chooseSubmit(deps: PipelineDeps): SubmitHandler {
  return onSubmit({
    v: 1,
    carries: Carries,
    async handle(submit, handling) {
      const draft = draftOf(deps, submit, handling);
      if (!draft) return { after: () => submit.reply.private(messageOf(handling.m.action.refusal.missing())) };
      return startDraft(deps, { draft, reply: submit.reply, title: titleOf(draft, handling.m) }, handling);
    },
  });
}

/** `undefined`: this process has no such action. @throws UserError when the target is not configured any more */
function draftOf(
  { actions, databases }: PipelineDeps,
  submit: SubmitRequest & { readonly carries: z.infer<typeof Carries> },
  handling: Handling,
): Draft | undefined {
  const { verb, environment, name, channel, thread, incident, incidentId, lift } = submit.carries;
  const action = actions.get(verb);
  if (!action?.choice) return undefined;
  const target = databaseTarget({ database: name, environment }, databases);
  return {
    action,
    args: action.choice.chosen((submit.values[CHOSEN_INPUT] ?? '').split('\n'), target),
    principal: namedPrincipal(submit, handling),
    origin: {
      ...originOf(submit),
      ...(channel !== undefined && { channel }),
      ...(thread !== undefined && { thread }),
      ...(incident !== undefined && { incident }),
    },
    target,
    ...(incidentId !== undefined && { incidentId }),
    ...(lift !== undefined && isGuardRule(lift) && { lift }),
  };
}
