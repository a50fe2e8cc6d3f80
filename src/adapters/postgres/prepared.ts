import type pg from 'pg';

/** A text that comes so often on one connection is prepared there. */
const PREPARED_FROM = 3;
/** The server keeps 10 KiB for a plain one and 500 KiB for the largest. Texts that would be more are sent as they are. */
const MOST_PREPARED = 100;
/** Texts that are counted; they vary with lists and with what is set, so that rare ones have to be forgotten. */
const MOST_COUNTED = 300;
/**
 * What reads all columns that there are gives another result once a migration has added one, and the server then refuses what
 * was prepared before ("cached plan must not change result type"): such a text is never prepared.
 */
const ALL_COLUMNS = /(?:\bselect|\breturning|\bdistinct|,|\.)\s*\*/i;

/**
 * The statements that one connection has prepared: the server parses such a text once, and after some runs plans it no more. Only
 * where the session is ours alone: behind a pooler the next statement may meet another server process, which does not know them.
 */
export class Prepared {
  readonly #uses = new Map<string, number>();
  readonly #names = new Map<string, string>();
  #direct = false;

  /**
   * Asks the server process for its id: a pooler hands out numbers of its own for cancelling, and the server process behind it
   * has another (https://github.com/pgbouncer/pgbouncer/issues/1296). Until the answer is there nothing is prepared.
   */
  async ask(client: pg.ClientBase): Promise<void> {
    const told = 'processID' in client ? client.processID : undefined;
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    this.#direct = typeof told === 'number' && told === rows[0]?.pid;
  }

  /** Under which name to send it; `undefined`: without one. */
  nameOf(text: string, parameters: readonly unknown[]): string | undefined {
    if (!this.#direct || parameters.length === 0) return undefined;
    return this.#names.get(text) ?? this.#named(text);
  }

  #named(text: string): string | undefined {
    if (this.#names.size >= MOST_PREPARED || ALL_COLUMNS.test(text)) return undefined;
    const uses = (this.#uses.get(text) ?? 0) + 1;
    if (uses < PREPARED_FROM) {
      if (this.#uses.size >= MOST_COUNTED) this.#uses.clear();
      this.#uses.set(text, uses);
      return undefined;
    }
    this.#uses.delete(text);
    const name = `h${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}
