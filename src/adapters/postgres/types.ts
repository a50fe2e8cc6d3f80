import pg from 'pg';

const { builtins } = pg.types;
/** Numbers of `pg_type` that have no name in the client: bigint[] and date[]. */
const INT8_ARRAY = 1016;
const DATE_ARRAY = 1182;

type Parse = (text: string) => unknown;

const asIs: Parse = (text) => text;

/**
 * A bigint as a number, which is exact up to 2^53 - 1.
 * @throws RangeError beyond that: a rounded id would point at another row.
 */
function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is beyond what a number holds exactly`);
  return value;
}

/** A flat array of values that are never quoted: `{1,NULL,3}`. */
function arrayOf(element: Parse): Parse {
  return (text) => {
    const entries = text.slice(1, -1);
    return entries === '' ? [] : entries.split(',').map((entry) => (entry === 'NULL' ? null : element(entry)));
  };
}

const PARSERS: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [builtins.INT8, safeInteger],
  [INT8_ARRAY, arrayOf(safeInteger)],
  [builtins.DATE, asIs],
  [DATE_ARRAY, arrayOf(asIs)],
  [builtins.TIMESTAMP, asIs],
]);

/**
 * How values arrive: timestamptz as Date (whole milliseconds; what is finer is cut off), bigint as number, json and jsonb
 * parsed, bytea as Buffer. numeric, date and timestamp stay text: the client would round the first and read the others in the
 * time zone of this process.
 */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser(id, format) {
    const ours = format === 'binary' ? undefined : PARSERS.get(id);
    return ours ?? pg.types.getTypeParser(id, format);
  },
};
