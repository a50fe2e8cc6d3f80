import type { Fault } from '../../../sandbox/slack/index.ts';
import type { Dice } from './dice.ts';
import type { Site } from './site.ts';

/** One fault of a random run; several may be on at the same time. */
export interface Poke {
  readonly what: string;
  /** From the beginning of the run, ms. */
  readonly atMs: number;
  readonly forMs: number;
  begin(site: Site): unknown;
  end(site: Site): unknown;
}

type Kind = Pick<Poke, 'what' | 'begin' | 'end'>;

const heal = (line: 'postgres' | 'redis' | 'slack') => (site: Site) => site.lines[line].heal();

const SLACK: readonly Pick<Fault, 'kind' | 'code' | 'retryAfter'>[] = [
  { kind: 'rate-limited', retryAfter: 1 },
  { kind: 'rate-limited', retryAfter: 4 },
  { kind: 'http500' },
  { kind: 'http503' },
  { kind: 'error', code: 'internal_error' },
  { kind: 'error', code: 'service_unavailable' },
  { kind: 'reset' },
  { kind: 'accept-then-reset' },
  { kind: 'accept-then-error', code: 'fatal_error' },
];
const METHODS = [undefined, 'chat.postMessage', 'chat.update', 'conversations.history', 'response_url'] as const;

const KINDS: readonly ((dice: Dice) => Kind)[] = [
  ...(['postgres', 'redis', 'slack'] as const).flatMap((line) => [
    () => ({ what: `${line} hangs`, begin: ({ lines }: Site) => lines[line].hang(), end: heal(line) }),
    () => ({ what: `${line} cut`, begin: ({ lines }: Site) => lines[line].cut(), end: heal(line) }),
    () => ({ what: `${line} reset`, begin: ({ lines }: Site) => lines[line].reset(), end: () => undefined }),
    (dice: Dice) => {
      const ms = 10 + dice.below(80);
      return { what: `${line} ${ms} ms away`, begin: ({ lines }: Site) => lines[line].delay(ms), end: heal(line) };
    },
  ]),
  () => ({ what: 'redis emptied', begin: ({ redis }) => redis.restart(), end: () => undefined }),
  () => ({ what: 'postgres ends sessions', begin: ({ database }) => database.endSessions(), end: () => undefined }),
  ...Array.from({ length: 8 }, () => slackFault),
];

function slackFault(dice: Dice): Kind {
  const fault = SLACK[dice.below(SLACK.length)]!;
  const method = METHODS[dice.below(METHODS.length)];
  let over: () => void = () => undefined;
  return {
    what: `slack ${fault.code ?? fault.kind} ${method ?? 'everywhere'}`,
    begin({ slack }) {
      over = slack.addFault({ ...fault, ...(method && { method }) });
    },
    end: () => over(),
  };
}

const LONGEST_MS = 3_000;

/** As many as are asked for, over this time; in the order in which they begin. */
export function rollPokes(dice: Dice, count: number, overMs: number): readonly Poke[] {
  const pokes = Array.from({ length: count }, () => ({
    ...KINDS[dice.below(KINDS.length)]!(dice),
    atMs: dice.below(overMs),
    forMs: 200 + dice.below(LONGEST_MS),
  }));
  return pokes.toSorted((a, b) => a.atMs - b.atMs);
}
