import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { matches, parseMatchers } from '../../src/domain/matchers.ts';
import { formatSilenceMatcher, type SilenceMatcher } from '../../src/domain/silence.ts';

/** Alertmanager's silences, as 0.25 has them. */

export interface FakeSilence {
  readonly id: string;
  readonly matchers: readonly SilenceMatcher[];
  readonly startsAt: string;
  endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

type Labels = Readonly<Record<string, string>>;
interface State {
  readonly silences: FakeSilence[];
  readonly now: () => Date;
}

/** What goes over the wire. */
export interface Given {
  readonly status?: number;
  readonly body: string;
  readonly gzip?: boolean;
}

const parsed = (matchers: readonly SilenceMatcher[]) =>
  matchers.flatMap((one) => parseMatchers(formatSilenceMatcher(one)));
const stateOf = ({ endsAt, startsAt }: FakeSilence, now: Date): string =>
  new Date(endsAt) <= now ? 'expired' : new Date(startsAt) > now ? 'pending' : 'active';

/** Ids of those that hold for an alert now. */
export function silencedBy({ silences, now }: State, labels: Labels): string[] {
  return silences
    .filter((one) => stateOf(one, now()) === 'active' && matches(parsed(one.matchers), labels))
    .map(({ id }) => id);
}

const json = (value: unknown, status = 200): Given => ({ status, body: JSON.stringify(value) });

/** `undefined`: it is not about silences. */
export async function silencesAnswer(request: IncomingMessage, fake: State): Promise<Given | undefined> {
  const url = new URL(request.url!, 'http://am');
  const path = url.pathname.replace('/api/v2', '');
  if (path === '/silences' && request.method === 'POST') return post(JSON.parse(await text(request)), fake);
  if (path === '/silences') return json(fake.silences.map((one) => shown(one, fake)));
  if (!path.startsWith('/silence/')) return undefined;
  const found = fake.silences.find(({ id }) => id === path.slice('/silence/'.length));
  if (!found) return { status: request.method === 'DELETE' ? 500 : 404, body: '' };
  if (request.method !== 'DELETE') return json(shown(found, fake));
  found.endsAt = fake.now().toISOString();
  return { status: 200, body: '' };
}

function shown(silence: FakeSilence, { now }: State): object {
  return { ...silence, updatedAt: silence.startsAt, status: { state: stateOf(silence, now()) } };
}

function post(body: FakeSilence & { readonly id?: string }, { silences, now }: State): Given {
  if (body.matchers.length === 0 || body.comment === '')
    return json({ code: 612, message: 'comment in body is required' }, 422);
  if (new Date(body.endsAt) <= now()) return json("Can't create silence in the past", 400);
  if (parsed(body.matchers).every(({ test }) => test('')))
    return json('silence invalid: at least one matcher must not match the empty string', 400);
  const known = silences.find(({ id }) => id === body.id);
  if (body.id && !known) return json('silence not found', 404);
  if (known) {
    known.endsAt = body.endsAt;
    return json({ silenceID: known.id });
  }
  const startsAt = new Date(Math.max(now().getTime(), new Date(body.startsAt).getTime())).toISOString();
  const made = { ...body, id: randomUUID(), startsAt };
  silences.push(made);
  return json({ silenceID: made.id });
}
