/** One look for all who ask while it is under way and for a second after: what anybody may ask must not be dear. */
export function onceASecond<T>(look: () => Promise<T>, keptMs = 1_000): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  let kept: { readonly answer: T; readonly until: number } | undefined;
  const lookNow = async (): Promise<T> => {
    try {
      const answer = await look();
      kept = { answer, until: performance.now() + keptMs };
      return answer;
    } finally {
      underWay = undefined;
    }
  };
  return async () => {
    if (kept && performance.now() < kept.until) return kept.answer;
    underWay ??= lookNow();
    return underWay;
  };
}
