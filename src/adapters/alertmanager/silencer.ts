import { z } from 'zod';
import { formatSilenceMatcher } from '../../domain/silence.ts';
import { type NewSilence, SilenceError, type Silencer } from '../../ports/silencer.ts';
import { GettableSilence, Matched, Posted, Silences } from './answers.ts';
import { type Answer, type Ask, createMember, type Member } from './member.ts';
import type { AlertSourceOptions } from './source.ts';

const LIMIT_MS = 3_000;

/**
 * One call of one member suffices: they tell each other. Another one is tried where a member has certainly done nothing; what may have
 * been done is said to be so, and not done again.
 */
export function createSilencer({ name, api, authorization, maxBytes }: AlertSourceOptions): Silencer {
  const members = api.map((base) => createMember(base, authorization, maxBytes));
  const ask = (why: string, signal: AbortSignal): Ask => ({ why, limitMs: LIMIT_MS, signal });
  const list: Silencer['list'] = (signal) =>
    reading(members, (member) => member.get('/silences', Silences, ask('silences', signal)));
  const one = (id: string, signal: AbortSignal) =>
    reading(members, (member) =>
      member.get(`/silence/${encodeURIComponent(id)}`, GettableSilence, ask('silences', signal)),
    );
  const post = async (body: object, signal: AbortSignal): Promise<string> => {
    const made = await changing(members, (member) =>
      member.send({ method: 'POST', path: '/silences', body }, Posted, ask('silence', signal)),
    );
    return made.silenceID;
  };
  return {
    name,
    list,
    matching(matchers, signal) {
      const filter = matchers.map((matcher) => `filter=${encodeURIComponent(formatSilenceMatcher(matcher))}`);
      return reading(members, (member) => member.get(`/alerts?${filter.join('&')}`, Matched, ask('preview', signal)));
    },
    async create({ mark, ...silence }, signal) {
      const ours = (await list(signal)).find(({ comment }) => comment.includes(mark));
      return ours ? ours.id : post(bodyOf({ mark, ...silence }), signal);
    },
    async extend(id, until, signal) {
      const { ended, ...silence } = await one(id, signal);
      if (ended) throw new SilenceError('missing', 'it has ended');
      if (silence.endsAt.getTime() >= until.getTime()) return id;
      return post({ ...silence, endsAt: until }, signal);
    },
    async expire(id, signal) {
      if ((await one(id, signal)).ended) return;
      const path = `/silence/${encodeURIComponent(id)}`;
      await changing(members, (member) => member.send({ method: 'DELETE', path }, z.unknown(), ask('silence', signal)));
    },
  };
}

function bodyOf({ mark, comment, ...silence }: NewSilence): object {
  return { ...silence, comment: comment === '' ? mark : `${comment} ${mark}` };
}

type Calling<T> = (member: Member) => Promise<Answer<T>>;

/** The first answer. */
async function reading<T>(members: readonly Member[], call: Calling<T>): Promise<T> {
  let failed: Answer<T> & { readonly ok: false } = NOBODY;
  for (const member of members) {
    const answer = await call(member);
    if (answer.ok) return answer.value;
    failed = answer;
    if (isRefusal(answer)) break;
  }
  if (failed.status === 404) throw new SilenceError('missing', failed.why);
  throw new SilenceError(isRefusal(failed) ? 'refused' : 'away', failed.why);
}

/** Another member is asked only where the one before was not there at all, or a proxy says so. */
async function changing<T>(members: readonly Member[], call: Calling<T>): Promise<T> {
  let failed: Answer<T> & { readonly ok: false } = NOBODY;
  for (const member of members) {
    const answer = await call(member);
    if (answer.ok) return answer.value;
    failed = answer;
    if (!isUndone(answer)) break;
  }
  if (isRefusal(failed)) throw new SilenceError(failed.status === 404 ? 'missing' : 'refused', failed.why);
  throw new SilenceError(isUndone(failed) ? 'away' : 'unsure', failed.why);
}

const NOBODY = { ok: false, why: 'no address', unsent: true } as const;

interface Failed {
  readonly status?: number;
  readonly unsent?: true;
}

const isRefusal = ({ status }: Failed): boolean => status !== undefined && status >= 400 && status < 500;

const isUndone = ({ status, unsent }: Failed): boolean => unsent === true || status === 503;
