import { TEAM } from '../demo/scenario.ts';
import type { Demo } from '../demo/start.ts';
import { CHANNELS, type FakeSlack, type Message, type Notification, SRE_GROUP_ID } from '../slack/index.ts';
import { linesOf, marked, type Names } from './words.ts';

/** What a step of the story shows and finds. */
export interface Stage {
  readonly demo: Demo;
  readonly slack: FakeSlack;
  /** Prints what somebody does or what happens. */
  readonly does: (line: string) => void;
  /** Prints what somebody sees. */
  readonly sees: (who: string, shown: Pick<Message, 'text' | 'blocks'> | Readonly<Record<string, unknown>>) => string;
  /** Prints whose phones rang since the last look, and answers `kenji: #alerts, kenji: direct`, sorted. */
  readonly phones: () => string;
}

/** Fails the step with this sentence unless it holds. */
export function must(holds: unknown, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

export interface Step {
  readonly title: string;
  readonly run: (stage: Stage) => Promise<void> | void;
}

export interface Output {
  readonly line: (text: string) => void;
  readonly colours: boolean;
}

/** Plays the steps in order; answers the exit code. The last line says whether the story holds. */
export async function tell(demo: Demo, steps: readonly Step[], output: Output): Promise<number> {
  const paint = painter(output.colours);
  const stage = stageOf(demo, output, paint);
  for (const [i, step] of steps.entries()) {
    output.line(paint('title', `\n${i + 1}. ${step.title}`));
    try {
      await step.run(stage);
    } catch (error) {
      const [why = '', ...more] = (error instanceof Error ? error.message : String(error)).split('\n');
      for (const one of more) output.line(paint('faint', one));
      output.line(paint('bad', `\nthe story breaks at step ${i + 1}, "${step.title}": ${why}`));
      return 1;
    }
  }
  output.line(paint('good', `\nthe story holds: ${steps.length} steps`));
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
  const { slack } = demo;
  const quoted = (lines: readonly string[]): void => {
    for (const one of lines) line(`     ${paint('faint', '|')} ${one}`);
  };
  const looked = new Set<Notification>();
  return {
    demo,
    slack,
    does: (text) => line(`   ${text}`),
    sees(who, shown) {
      const lines = linesOf(shown, TEAM_NAMES);
      line(`   ${paint('who', `${who} sees`)}`);
      quoted(lines);
      return lines.join('\n');
    },
    phones() {
      const all = TEAM.flatMap((member) => slack.user(member.id).notifications);
      const fresh = all.filter((one) => !looked.has(one));
      for (const one of fresh) looked.add(one);
      const placed = (one: Notification): string => `${TEAM_NAMES.person(one.user)}: ${placeOf(slack, one)}`;
      for (const [text, told] of bySameText(fresh)) {
        line(`   ${paint('who', 'phones ring')} (${told.map(placed).join(', ')})`);
        quoted([marked(text, TEAM_NAMES)]);
      }
      return fresh.map(placed).sort().join(', ');
    },
  };
}

function bySameText(all: readonly Notification[]): Map<string, Notification[]> {
  const groups = new Map<string, Notification[]>();
  for (const one of all) groups.set(one.text, [...(groups.get(one.text) ?? []), one]);
  return groups;
}

function placeOf(slack: FakeSlack, { channel }: Notification): string {
  const { name } = slack.channel(channel);
  return name === '' ? 'direct' : `#${name}`;
}
