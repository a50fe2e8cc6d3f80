/** The page's scripts, which are JavaScript for the browser, with the types that these tests need. */

export interface VNode {
  readonly tag: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly children: readonly (VNode | string)[];
}

type Fields = Readonly<Record<string, unknown>>;

export interface Workspace {
  readonly seq: number;
  readonly channels: readonly Fields[];
  readonly ephemerals: readonly Fields[];
  readonly notifications: readonly Fields[];
  readonly views: Readonly<Record<string, readonly Fields[]>>;
}

interface Names {
  readonly person: (id: string) => string;
  readonly group: (id: string) => string;
  readonly channel: (id: string) => string;
}

interface Blocks {
  readonly renderBlocks: (blocks: readonly Fields[], ctx: object) => readonly VNode[];
}

interface Text {
  readonly parseMrkdwn: (text: string) => readonly Fields[];
  readonly plainWords: (text: string, names: Names, lang: string) => string;
  readonly showDate: (seconds: number, format: string, lang: string, now?: Date) => string;
}

interface Store {
  readonly applied: (space: Workspace, line: Fields) => Workspace | undefined;
  readonly messagesFor: (space: Workspace, channel: Fields, me: string, thread?: string) => readonly Fields[];
  readonly unread: (space: Workspace, channel: Fields, me: string, read: string) => { any: boolean; called: number };
}

async function load<T>(name: string): Promise<T> {
  return (await import(new URL(`../../../sandbox/page/client/${name}`, import.meta.url).href)) as T;
}

export const { renderBlocks } = await load<Blocks>('blocks.js');
export const { parseMrkdwn, plainWords, showDate } = await load<Text>('text.js');
export const { applied, messagesFor, unread } = await load<Store>('store.js');

export const NAMES: Names = { person: () => 'taro', group: () => 'sre', channel: () => 'alerts' };

export function everyNode(nodes: readonly (VNode | string)[]): VNode[] {
  return nodes.flatMap((node) => (typeof node === 'string' ? [] : [node, ...everyNode(node.children)]));
}

export function wordsIn(nodes: readonly (VNode | string)[]): string {
  return nodes.map((node) => (typeof node === 'string' ? node : wordsIn(node.children))).join('');
}
