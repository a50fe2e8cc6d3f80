/** CPU in cores, memory in bytes. */
export interface Amounts {
  readonly cpu: number;
  readonly memory: number;
}

/** What is used beside what was asked for; 0 is no request and no limit. */
export interface ContainerUsage {
  readonly name: string;
  readonly used: Amounts;
  readonly requests: Amounts;
  readonly limits: Amounts;
}

export interface PodUsage {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Those that have been measured. */
  readonly containers: readonly ContainerUsage[];
}

export interface NodeUsage {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly used: Amounts;
  readonly allocatable: Amounts;
  /** Sums over the containers of its pods that have not ended. */
  readonly requests: Amounts;
  readonly limits: Amounts;
}
