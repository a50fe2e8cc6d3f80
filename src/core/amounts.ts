const MEBI = 2 ** 20;

/** As kubectl top writes them: thousandths of a core, rounded up, and whole MiB. */
export const cpu = (cores: number): string => `${Math.ceil(cores * 1_000 - 1e-6)}m`;
export const memory = (bytes: number): string => `${Math.floor(bytes / MEBI)}Mi`;
