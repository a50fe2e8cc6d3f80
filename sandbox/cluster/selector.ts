/** One label must satisfy all of its requirements; what cannot be parsed is the API server's 400. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

const NAME = '[A-Za-z0-9][A-Za-z0-9._/-]*';
const EQUALS = new RegExp(`^(${NAME})\\s*(=|==|!=)\\s*([A-Za-z0-9._-]*)$`);
const SET = new RegExp(`^(${NAME})\\s+(in|notin)\\s+\\(([^)]*)\\)$`);
const EXISTS = new RegExp(`^(!?)\\s*(${NAME})$`);

/** @throws SelectorError */
export function parseSelector(text: string): Requirement {
  const parts = text.split(/,(?![^(]*\))/).map((p) => p.trim());
  const requirements = text.trim() === '' ? [] : parts.map(requirement);
  return (labels) => requirements.every((r) => r(labels));
}

function requirement(text: string): Requirement {
  const equals = EQUALS.exec(text);
  if (equals) {
    const [, key = '', operator, value = ''] = equals;
    return operator === '!=' ? (l) => l[key] !== value : (l) => l[key] === value;
  }
  const set = SET.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((v) => v.trim());
    return (l) => (key in l && values.includes(l[key] ?? '')) === (operator === 'in');
  }
  const exists = EXISTS.exec(text);
  if (!exists) throw new SelectorError(`unable to parse requirement: ${text}`);
  const [, not, key = ''] = exists;
  return (l) => key in l === (not === '');
}
