import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { BehindQuestion } from '../../sandbox/page/client/model/behind.ts';
import { type Page as Served, startPage } from '../../sandbox/page/server.ts';
import { type FakeSlack, PEOPLE, startSlack } from '../../sandbox/slack/index.ts';
import { startApp, type TestApp } from '../sandbox/slack/app.ts';
import { posted } from '../sandbox/slack/help.ts';
import { useBrowser, WITHIN_MS } from './browser.ts';
import { BEHIND } from './page-gallery.ts';

export const LANGUAGES = { en: 'English', ja: '日本語' } as const;
const roles = (en: string, ja: string) => ({ en, ja });

export interface Action {
  readonly action_id: string;
  readonly [field: string]: unknown;
}

/** The page before a workspace of its own, new for each test; whatever it complains of in the console fails the test. */
export interface Stage {
  slack: FakeSlack;
  app: TestApp;
  page: Page;
  /** Asked of what is behind a message. */
  readonly lookedAt: BehindQuestion[];
  /** What the demo's own buttons did. */
  readonly done: string[];
  post: (more: Record<string, unknown>, channel?: string) => Promise<{ readonly ts: string }>;
  /** Posts it in #alerts, and waits until it is on the screen. */
  shows: (more: Record<string, unknown>) => Promise<Locator>;
  /** What the app was told of controls. */
  actions: () => Action[];
  /** Waits for it to have the focus. */
  isFocused: (locator: Locator) => Promise<void>;
  /** Waits for the app to hear of it. */
  heard: (id: string) => Promise<Action>;
}

const PODS = [
  { name: 'checkout-1', status: 'Running', ready: true, restarts: 0 },
  { name: 'checkout-2', status: 'CrashLoopBackOff', ready: false, restarts: 4 },
];

const DEMO = {
  people: [
    { id: PEOPLE.taro, role: roles('on call', '当番') },
    { id: PEOPLE.hana, role: roles('viewer', '閲覧者') },
  ],
  workloads: [
    { namespace: 'shop', name: 'checkout', ready: 1, desired: 2, firing: true, pods: PODS },
    { namespace: 'shop', name: 'cart', ready: 2, desired: 2, firing: false, pods: PODS.slice(0, 1) },
    { namespace: 'mail', name: 'mailer', ready: 0, desired: 0, firing: true, pods: [] },
  ],
  breakages: [
    { id: 'out-of-memory', name: roles('Out of memory', 'メモリー不足'), about: roles('', ''), broken: true },
  ],
  critical: { name: 'PaymentLatencyHigh', firing: false },
  startedAt: 0,
  firing: 2,
  movedMinutes: 0,
};

const COMMANDS = [
  { usage: '/ops pods [target]', summary: roles('pods and how they are', 'ポッドの状態') },
  { usage: '/ops logs <target>', summary: roles('what a pod said', 'ログ') },
];

/** What is in it is there once a test runs. */
export function useStage(): Stage {
  const [lookedAt, done, complaints]: [BehindQuestion[], string[], string[]] = [[], [], []];
  const stage = { lookedAt, done } as unknown as Stage;
  let served: Served;
  beforeAll(async () => {
    stage.slack = await startSlack();
    stage.app = await startApp();
    stage.slack.deliverTo(stage.app.url);
    const controls = {
      state: () => DEMO,
      listen: () => () => undefined,
      perform: (what: string) => Promise.resolve(void done.push(what)),
    };
    const behind = (asked: BehindQuestion) => Promise.resolve(lookedAt.push(asked) > 0 ? BEHIND : undefined);
    served = await startPage({ slackUrl: () => stage.slack.url, controls, commands: COMMANDS, behind, port: 0 });
  });
  afterAll(async () => {
    await served.close();
    await stage.app.close();
    await stage.slack.close();
  });
  // After that: its end comes first, so that no page keeps the servers waiting.
  const browser = useBrowser();
  beforeEach(async () => {
    stage.slack.user('taro').change({ locale: 'en-US' });
    const page = await browser().newPage({ viewport: { width: 1280, height: 900 } });
    stage.page = page;
    page.setDefaultTimeout(WITHIN_MS);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(served.url);
    await page.getByRole('log').waitFor();
  });
  afterEach(async () => {
    await stage.page.close();
    stage.app.answer = () => ({});
    if (stage.slack.as('taro').view()) await stage.slack.as('taro').closeView({ all: true });
    expect(complaints.splice(0)).toEqual([]);
  });

  stage.post = (more, channel = 'alerts') => posted(stage.slack, channel, more);
  stage.shows = async (more) => {
    const { ts } = await stage.post(more);
    const shown = stage.page.locator(`[id="m-${ts}"]`);
    await shown.waitFor();
    return shown;
  };
  stage.actions = () =>
    stage.app.got.flatMap(({ body }) => (body['type'] === 'block_actions' ? (body['actions'] as Action[]) : []));
  stage.isFocused = (locator) => locator.and(stage.page.locator(':focus')).waitFor();
  stage.heard = async (id) => {
    const found = (): Action | undefined => stage.actions().findLast((one) => one.action_id === id);
    await expect.poll(found, { timeout: WITHIN_MS }).toBeDefined();
    return found()!;
  };
  return stage;
}
