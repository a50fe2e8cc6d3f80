const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const FACTORS = new Map([
  ...DECIMAL.map((suffix, i): [string, number] => [suffix, 10 ** (3 * (i - 3))]),
  ...BINARY.map((suffix, i): [string, number] => [suffix, 2 ** (10 * (i + 1))]),
]);

/** A Kubernetes quantity (`250m`, `1.5Gi`, `12e6`) as a number; 0 for what is none. */
export function parseQuantity(text: string): number {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([A-Za-z]*))$/.exec(text);
  const factor = FACTORS.get(match?.[3] ?? '');
  if (!match || factor === undefined) return 0;
  return Number(`${match[1]}${match[2] ?? ''}`) * factor;
}
