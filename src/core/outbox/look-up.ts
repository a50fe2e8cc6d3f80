import { type CallLimit, ChatError, type Sent } from '../../ports/chat.ts';
import { timeLimit } from '../wake.ts';
import type { Claim } from './claim.ts';
import { afterFailedLookUp, type Outcome } from './outcome.ts';
import { isPerson } from './places.ts';
import type { Scene } from './scene.ts';
import type { SendContext } from './send.ts';

/**
 * An earlier attempt's answer was lost: is its message there? The earliest of several stays, the others are deleted.
 * @returns undefined: it is not there, or nobody can tell; then it is sent (again)
 */
export async function lookUp(
  context: SendContext,
  claim: Claim,
  scene: Scene,
  stop: AbortSignal,
): Promise<Outcome | undefined> {
  const timeoutMs = Math.floor(context.leaseMs / 3);
  const limit = { signal: timeLimit(timeoutMs, stop), timeoutMs };
  try {
    const [sent, ...doubles] = await find(context, claim, scene, limit);
    for (const double of doubles) await removeDouble(context, claim, double, limit);
    return sent && { do: 'delivered', sent, shown: claim.lead.claimed, found: true };
  } catch (error) {
    if (stop.aborted) return { do: 'leave' };
    const about = { err: error, row: claim.lead.id, subject: claim.lead.subject };
    const outcome = afterFailedLookUp(error, claim);
    if (!outcome) context.log.warn(about, 'a message that may be there cannot be looked up: it is sent again');
    return outcome;
  }
}

async function find({ chat }: SendContext, { lead }: Claim, scene: Scene, limit: CallLimit): Promise<readonly Sent[]> {
  const channelId = isPerson(scene.place) ? await chat.directChannel(scene.place, limit) : scene.place;
  const thread = scene.threadTs === null ? {} : { threadTs: scene.threadTs };
  return chat.find({ channelId, ...thread }, lead.id, lead.look_up_from!, limit);
}

/** Deletes a message that is there twice, and counts it either way. */
export async function removeDouble(
  context: Pick<SendContext, 'chat' | 'log' | 'onDoubled'>,
  { lead }: Claim,
  double: Sent,
  limit: CallLimit,
): Promise<void> {
  const removed = await context.chat.remove(double, limit).then(
    () => true,
    (error: unknown) => error instanceof ChatError && error.kind === 'gone',
  );
  context.log.warn({ row: lead.id, subject: lead.subject, removed }, 'a message was there twice');
  context.onDoubled({ row: lead.id, class: lead.class, removed });
}
