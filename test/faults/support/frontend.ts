/**
 * Reads what a client says to PostgreSQL: the SQL of simple queries and of prepared statements each time they are run, in order. The formats are at
 * https://www.postgresql.org/docs/current/protocol-message-formats.html: the first message has no type, the others do.
 */
export function createFrontendReader(): (chunk: Buffer) => readonly string[] {
  let rest: Buffer = Buffer.alloc(0);
  let started = false;
  const prepared = new Map<string, string>();
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const found: string[] = [];
    for (let message = next(); message; message = next()) {
      const sql = sqlOf(message, prepared);
      if (sql !== undefined) found.push(sql);
    }
    return found;
  };

  function next(): { readonly type: string; readonly body: Buffer } | undefined {
    const head = started ? 1 : 0;
    if (rest.length < head + LENGTH) return undefined;
    const end = head + rest.readInt32BE(head);
    if (rest.length < end) return undefined;
    const message = { type: rest.toString('latin1', 0, head), body: rest.subarray(head + LENGTH, end) };
    rest = rest.subarray(end);
    started = true;
    return message;
  }
}

const LENGTH = 4;

/** `Q`: the query. `P`: the statement's name, then its query. `B`: the portal's name, then that of the statement that is run. */
function sqlOf(
  { type, body }: { readonly type: string; readonly body: Buffer },
  prepared: Map<string, string>,
): string | undefined {
  const [first = '', second = ''] = body.toString('utf8').split('\0');
  if (type === 'P') prepared.set(first, second);
  if (type === 'B') return prepared.get(second);
  return type === 'Q' ? first : undefined;
}
