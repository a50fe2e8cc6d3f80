import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ConfirmationDialog } from '@slack/types';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Answer, act } from './api.ts';
import { behind } from './behind.ts';
import { safeLink } from './model/mrkdwn.ts';
import type { Story } from './model/story.ts';
import type { CommandHint } from './model/suggest.ts';
import type { Channel, Workspace } from './model/types.ts';
import { errorWords, type Lang, WORDS, type Words } from './model/words.ts';
import { channelOf, type Names, namesIn, personIn } from './model/workspace.ts';

/** The world outside of Slack, as the demo tells it. */
export interface DemoState {
  readonly people: readonly { readonly id: string; readonly role: Readonly<Record<Lang, string>> }[];
  readonly workloads: readonly Workload[];
  readonly breakages: readonly Breakage[];
  /** Another one: this is another world. */
  readonly startedAt: number;
  readonly firing: number;
  /** The alert that can be fired by hand. */
  readonly critical: { readonly name: string; readonly firing: boolean };
  readonly movedMinutes: number;
}

export interface Breakage {
  readonly id: string;
  readonly name: Readonly<Record<Lang, string>>;
  /** What breaks, and how a person mends it. */
  readonly about: Readonly<Record<Lang, string>>;
  readonly broken: boolean;
}

export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly ready: number;
  readonly desired: number;
  /** An alert of it fires. */
  readonly firing: boolean;
  readonly pods: readonly Pod[];
}

/** In kubectl's words. */
interface Pod {
  readonly name: string;
  readonly status: string;
  readonly ready: boolean;
  readonly restarts: number;
}

export const PANES = ['channels', 'chat', 'phones', 'demo'] as const;
export type Pane = (typeof PANES)[number];

/** Where a control is: in a message by channel and `ts`, or in the view on the screen. */
export type Place = Readonly<Record<string, string>>;

export interface Pressed {
  readonly place: Place;
  readonly control: string;
  readonly choose?: string | readonly string[];
  readonly confirm?: ConfirmationDialog;
}

export interface Question {
  readonly dialog: ConfirmationDialog;
  readonly answer: (yes: boolean) => void;
}

/** Everything that is shown, and how parts of the page ask for change. */
export interface Page {
  readonly space: Signal<Workspace>;
  readonly demo: Signal<DemoState>;
  readonly commands: readonly CommandHint[];
  readonly me: Signal<string>;
  /** A channel's id, or `dm`. */
  readonly where: Signal<string>;
  /** The `ts` of the thread in the side pane, or ''. */
  readonly thread: Signal<string>;
  /** The `ts` of the message that was gone to, or ''. */
  readonly spot: Signal<string>;
  readonly pane: Signal<Pane>;
  readonly notice: Signal<string>;
  readonly lost: Signal<boolean>;
  readonly question: Signal<Question | undefined>;
  /** The guided story, while one follows it. */
  readonly story: Signal<Story | undefined>;
  /** The newest message seen, by person and channel. */
  readonly read: Signal<Readonly<Record<string, string>>>;
  readonly lang: ReadonlySignal<Lang>;
  readonly words: ReadonlySignal<Words>;
  readonly names: ReadonlySignal<Names>;
  readonly channel: ReadonlySignal<Channel | undefined>;
  /** What is written and not sent, by `draftKey`. */
  readonly drafts: Signal<Readonly<Record<string, string>>>;
  keepDraft(key: string, text: string): void;
  readUpTo(channel: string, who?: string): string;
  markRead(channel: string, ts: string): void;
  /** Goes somewhere, as oneself or as somebody else. */
  open(place: { readonly where: string; readonly thread?: string; readonly ts?: string; readonly as?: string }): void;
  /** Shows for some seconds what went wrong, if something did. */
  readonly tell: (answer: Answer) => void;
  /** Uses a control; one with a question asks it first. */
  press(pressed: Pressed): void;
}

const PageContext = createContext<Page | undefined>(undefined);
export const PageProvider = PageContext.Provider;

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('drawn outside of the page');
  return page;
}

const NOTICE_MS = 8_000;
const READ = 'read';
const STORY = 'story';
const DRAFTS = 'drafts';
const PLACE = 'place';
const WORLD = 'world';

export function createPage(first: Workspace, demo: DemoState, commands: readonly CommandHint[]): Page {
  forgetOtherWorlds(demo.startedAt);
  const space = signal(first);
  const place = placeIn(first, demo);
  const [me, where, thread] = [signal(place.me), signal(place.where), signal(place.thread)];
  effect(() => {
    const here: Here = { me: me.value, where: where.value, thread: thread.value };
    sessionStorage.setItem(PLACE, JSON.stringify(here));
  });
  const spot = signal('');
  const pane = signal<Pane>('chat');
  const notice = signal('');
  const question = signal<Question | undefined>(undefined);
  const read = signal<Readonly<Record<string, string>>>(remembered(READ) ?? {});
  const drafts = signal<Readonly<Record<string, string>>>(remembered(DRAFTS) ?? {});
  const lang = computed<Lang>(() => (personIn(space.value, me.value)?.locale.startsWith('ja') ? 'ja' : 'en'));
  const words = computed(() => WORDS[lang.value]);
  // Only a new snapshot renames anybody or anything: a message that has not changed need not be drawn anew.
  const people = computed(() => space.value.people);
  const names = computed(() => namesIn({ ...space.peek(), people: people.value }));
  const channel = computed(() => channelOf(space.value, where.value, me.value));
  let timer = 0;

  const tell = (answer: Answer): void => {
    if (answer.ok || answer.error === undefined) return;
    notice.value = errorWords(answer, words.value);
    clearTimeout(timer);
    timer = setTimeout(() => {
      notice.value = '';
    }, NOTICE_MS);
  };
  const send = async ({ place, control, choose }: Pressed, yes?: true): Promise<void> => {
    const answer = await act(me.value, 'click', { ...place, control, choose, confirm: yes });
    const url = safeLink(answer.opened);
    if (url !== undefined) window.open(url, '_blank', 'noopener');
    tell(answer);
  };

  return {
    space,
    demo: signal(demo),
    commands,
    me,
    where,
    thread,
    spot,
    pane,
    notice,
    lost: signal(false),
    question,
    story: signal(remembered<Story>(STORY)),
    read,
    lang,
    words,
    names,
    channel,
    drafts,
    keepDraft(key, text) {
      const { [key]: _before, ...others } = drafts.peek();
      drafts.value = text === '' ? others : { ...others, [key]: text };
      sessionStorage.setItem(DRAFTS, JSON.stringify(drafts.value));
    },
    readUpTo: (id, who = me.value) => read.value[`${who} ${id}`] ?? '0',
    markRead(id, ts) {
      const key = `${me.peek()} ${id}`;
      if ((read.peek()[key] ?? '0') >= ts) return;
      read.value = { ...read.peek(), [key]: ts };
      sessionStorage.setItem(READ, JSON.stringify(read.value));
    },
    open(place) {
      if (place.as !== undefined) me.value = place.as;
      behind.value = undefined;
      where.value = place.where;
      thread.value = place.thread ?? '';
      pane.value = 'chat';
      spot.value = place.ts ?? '';
    },
    tell,
    press(pressed) {
      const { confirm } = pressed;
      if (!confirm) return void send(pressed);
      question.value = {
        dialog: confirm,
        answer(yes) {
          question.value = undefined;
          if (yes) void send(pressed, true);
        },
      };
    },
  };
}

/** Who one is, and where. */
interface Here {
  readonly me: string;
  readonly where: string;
  readonly thread: string;
}

/** As before the page was loaded anew; else as whoever is on call, where alerts arrive. */
function placeIn(space: Workspace, { people }: DemoState): Here {
  const kept = remembered<Here>(PLACE);
  if (kept && people.some((one) => one.id === kept.me) && channelOf(space, kept.where, kept.me)) return kept;
  const alerts = space.channels.find((one) => one.name === 'alerts');
  return { me: people[0]?.id ?? '', where: alerts?.id ?? 'dm', thread: '' };
}

/** What was read and begun in another world says nothing of this one: its clock may have been hours ahead. */
function forgetOtherWorlds(startedAt: number): void {
  if (sessionStorage.getItem(WORLD) !== String(startedAt)) sessionStorage.clear();
  sessionStorage.setItem(WORLD, String(startedAt));
}

/** Until the tab is closed, or another world begins. */
function remembered<T>(what: string): T | undefined {
  const kept = sessionStorage.getItem(what);
  return kept === null ? undefined : (JSON.parse(kept) as T);
}

/** Absent: it is not followed any more. */
export function rememberStory(story: Story | undefined): void {
  if (story) sessionStorage.setItem(STORY, JSON.stringify(story));
  else sessionStorage.removeItem(STORY);
}
