import { type Lang, TEAM } from '../demo/scenario.ts';
import type { Demo } from '../demo/start.ts';
import { CHANNELS, type FakeSlack, type Message, type Notification, SRE_GROUP_ID } from '../slack/index.ts';
import { linesOf, marked, type Names } from './words.ts';

/** What the teller says, in each language it tells in. */
export type Both = Readonly<Record<Lang, string>>;

/** What a step of the story shows and finds. */
export interface Stage {
  readonly lang: Lang;
  readonly demo: Demo;
  readonly slack: FakeSlack;
  /** Prints what somebody does or what happens. */
  readonly does: (line: Both) => void;
  /** Prints what somebody sees. */
  readonly sees: (
    who: string | Both,
    shown: Pick<Message, 'text' | 'blocks'> | Readonly<Record<string, unknown>>,
  ) => string;
  /** Prints whose phones rang and were not printed. */
  readonly rings: () => void;
  /** Prints them too, and answers all since it was last asked as `kenji: #alerts, kenji: direct`, sorted. */
  readonly phones: () => string;
}

/** Fails the step with this sentence unless it holds. */
export function must(holds: unknown, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

export interface Step {
  readonly title: Both;
  readonly run: (stage: Stage) => Promise<void> | void;
}

export interface Output {
  readonly line: (text: string) => void;
  readonly colours: boolean;
}

const WORDS = {
  en: {
    sees: (who: string) => `${who} sees`,
    phones: 'phones ring',
    direct: 'direct',
    breaks: (step: number, title: string, why: string) => `the story breaks at step ${step}, "${title}": ${why}`,
    holds: (steps: number) => `the story holds: ${steps} steps`,
  },
  ja: {
    sees: (who: string) => `${who}${/[a-z]$/.test(who) ? ' ' : ''}に見えるもの`,
    phones: '電話が鳴る',
    direct: 'DM',
    breaks: (step: number, title: string, why: string) => `${step} 番目の場面「${title}」で止まりました: ${why}`,
    holds: (steps: number) => `全 ${steps} 場面、すべて筋書きどおりです`,
  },
};

/** Plays the steps in order; answers the exit code. The last line says whether the story holds. */
export async function tell(demo: Demo, steps: readonly Step[], output: Output): Promise<number> {
  const paint = painter(output.colours);
  const stage = stageOf(demo, output, paint);
  const words = WORDS[demo.lang];
  for (const [i, step] of steps.entries()) {
    output.line(paint('title', `\n${i + 1}. ${step.title[demo.lang]}`));
    try {
      await step.run(stage);
      stage.rings();
    } catch (error) {
      const [why = '', ...more] = (error instanceof Error ? error.message : String(error)).split('\n');
      for (const one of more) output.line(paint('faint', one));
      output.line(paint('bad', `\n${words.breaks(i + 1, step.title[demo.lang], why)}`));
      return 1;
    }
  }
  output.line(paint('good', `\n${words.holds(steps.length)}`));
  return 0;
}

type Paint = (style: keyof typeof COLOURS, text: string) => string;
const COLOURS = { title: 1, faint: 2, bad: 31, good: 32, who: 36 } as const;

function painter(colours: boolean): Paint {
  return (style, text) => (colours ? `\u001b[${COLOURS[style]}m${text}\u001b[0m` : text);
}

/** What ids of the demo's workspace are called. */
export const TEAM_NAMES: Names = {
  person: (id) => TEAM.find((one) => one.id === id)?.name ?? id,
  group: (id) => (id === SRE_GROUP_ID ? 'sre' : 'on-call'),
  channel: (id) => Object.entries(CHANNELS).find(([, one]) => one === id)?.[0] ?? id,
};

function stageOf(demo: Demo, { line }: Output, paint: Paint): Stage {
  const { slack, lang } = demo;
  const words = WORDS[lang];
  const quoted = (lines: readonly string[]): void => {
    for (const one of lines) line(`     ${paint('faint', '|')} ${one}`);
  };
  const [rung, looked] = [new Set<Notification>(), new Set<Notification>()];
  const fresh = (seen: Set<Notification>): readonly Notification[] => {
    const found = TEAM.flatMap((member) => slack.user(member.id).notifications).filter((one) => !seen.has(one));
    for (const one of found) seen.add(one);
    return found;
  };
  const placed =
    (direct: string) =>
    (one: Notification): string =>
      `${TEAM_NAMES.person(one.user)}: ${channelOf(slack, one) ?? direct}`;
  const rings = (): void => {
    for (const [text, told] of bySameText(fresh(rung))) {
      line(`   ${paint('who', words.phones)} (${told.map(placed(words.direct)).join(', ')})`);
      quoted(marked(text, TEAM_NAMES).split('\n'));
    }
  };
  return {
    demo,
    slack,
    lang,
    does: (told) => line(`   ${told[lang]}`),
    sees(who, shown) {
      const lines = linesOf(shown, TEAM_NAMES);
      line(`   ${paint('who', words.sees(typeof who === 'string' ? who : who[lang]))}`);
      quoted(lines);
      return lines.join('\n');
    },
    rings,
    phones() {
      rings();
      return fresh(looked).map(placed('direct')).sort().join(', ');
    },
  };
}

function bySameText(all: readonly Notification[]): Map<string, Notification[]> {
  const groups = new Map<string, Notification[]>();
  for (const one of all) groups.set(one.text, [...(groups.get(one.text) ?? []), one]);
  return groups;
}

/** `undefined` for a direct message. */
function channelOf(slack: FakeSlack, { channel }: Notification): string | undefined {
  const { name } = slack.channel(channel);
  return name === '' ? undefined : `#${name}`;
}
