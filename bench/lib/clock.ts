/** Milliseconds since 1970 with fractions. */
export type Now = () => number;

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** What a run adds to the machine's monotonic clock; every process of the run is given the same. */
export function clockOffset(): number {
  return Date.now() - monotonicMs();
}

/** One clock for all processes of a run: they compare times to the microsecond, and a stepped host changes nothing. */
export function clockFrom(offset: number): Now {
  return () => monotonicMs() + offset;
}
