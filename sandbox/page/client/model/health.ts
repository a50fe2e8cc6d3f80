/** Of a workload that is shown. */
interface Health {
  readonly ready: number;
  readonly desired: number;
  /** An alert of it fires. */
  readonly firing: boolean;
}

/** All that are wanted are ready, some at least, and nothing calls for anybody. */
export function isWell({ ready, desired, firing }: Health): boolean {
  return ready > 0 && ready >= desired && !firing;
}
