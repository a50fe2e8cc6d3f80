/** The workspace's doors for people, and the demo's own for the buttons on top. Both are on the page's own address. */

/** What a person sees after doing something. */
export interface Answer {
  readonly ok: boolean;
  /** Slack's word, or a sentence. */
  readonly error?: string;
  /** Red lines under inputs, by block_id. */
  readonly errors?: Readonly<Record<string, string>>;
  /** The page that a link button opens. */
  readonly opened?: string;
}

async function post(path: string, body: object): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Answer;
  } catch {
    return { ok: false, error: 'connection_error' };
  }
}

/** What the server answers is trusted to be what it is said to be: it is of the same checkout. */
export async function get<T>(path: string): Promise<T> {
  return (await (await fetch(path)).json()) as T;
}

/** One thing that one person does. */
export function act(as: string, what: string, body: object = {}): Promise<Answer> {
  return post('/sandbox/act', { as, do: what, ...body });
}

/** What happens outside of Slack. */
export function control(what: string, body: object = {}): Promise<Answer> {
  return post('/demo/do', { what, ...body });
}

export interface Listener<T> {
  readonly path: string;
  readonly kind: string;
  readonly onData: (data: T) => void;
  /** When they break off, and when they are back. */
  readonly onLost?: (lost: boolean) => void;
}

/** Server-sent events. */
export function listen<T>({ path, kind, onData, onLost }: Listener<T>): void {
  const source = new EventSource(path);
  source.addEventListener(kind, (event) => onData(JSON.parse(event.data) as T));
  source.addEventListener('error', () => onLost?.(true));
  source.addEventListener('open', () => onLost?.(false));
}
