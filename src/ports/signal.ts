/**
 * "Look again": tells loops that there may be work, in this process and, where Redis is configured, in the others. It carries
 * nothing and may be lost or repeated, so a sweep stands behind each use.
 */
export interface Signal {
  /** Never throws, never waits. Repeats within one turn of the event loop are one. */
  publish(topic: string): void;
  /** Calls `fn` for each signal of the topic, wherever it was given, until the returned function is called. */
  subscribe(topic: string, fn: () => void): () => void;
  close(): Promise<void>;
}
