/**
 * Credentials by their shape. What people, alerts and clusters write may hold one; what is shown, logged or recorded must not.
 * A shape also matches the beginning of a credential where that is telling, because texts are cut. All of them run in linear
 * time: every repetition over a class that could overlap with its neighbour is bounded.
 */

/** What stands in place of a secret. */
const MASK = '***';

/** What a credential looks like, and what every one of the kind holds: a text without that is not searched for it, and most are. */
interface Shape {
  readonly needs: string;
  readonly pattern: RegExp;
}

/** Where a word begins, an escaped line end before it included: within one it is part of a name, as in `nginxapp-1-frontend`. */
function beginning(needs: string, shape: string): Shape {
  return { needs, pattern: new RegExp(`(?:(?<![A-Za-z0-9])|(?<=\\\\[nrt]))(?:${shape})`, 'g') };
}

/** The whole match is a secret. */
const TOKENS: readonly Shape[] = [
  // Slack's tokens of every kind, rotated ones too, and addresses that post in its name.
  { needs: 'xox', pattern: /xox[a-z]{1,2}(?:\.xox[a-z])?-[A-Za-z0-9-]{6,}/g },
  beginning('xapp-', 'xapp-\\d-[A-Za-z0-9-]{6,}'),
  {
    needs: 'hooks.slack.com/',
    pattern: /hooks\.slack\.com\/(?:services|workflows|actions|commands|triggers)\/[^\s"'\\<>)]*/g,
  },
  { needs: 'IA', pattern: /(?:AKIA|ASIA)[0-9A-Z]{12,}/g },
  { needs: 'gh', pattern: /gh[pousr]_[A-Za-z0-9]{12,}/g },
  { needs: 'github_pat_', pattern: /github_pat_[A-Za-z0-9_]{12,}/g },
  beginning('gl', 'gl(?:pat|ptt|dt|rt|cbt)-[\\w-]{12,}'),
  // A JWT, a Kubernetes service account's for one; without its signature as well.
  { needs: 'eyJ', pattern: /eyJ[\w-]{10,}(?:\.[\w-]*){0,2}/g },
  { needs: 'k_', pattern: /(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{10,}/g },
  beginning('sk-', 'sk-(?:(?:ant|proj|svcacct)-[\\w-]{12,}|[A-Za-z0-9]{32,})'),
  { needs: 'npm_', pattern: /npm_[A-Za-z0-9]{16,}/g },
  beginning('hv', 'hv[sbr]\\.[\\w-]{16,}'),
  { needs: 'AIza', pattern: /AIza[\w-]{24,}/g },
  beginning('SG.', 'SG\\.[\\w-]{12,}(?:\\.[\\w-]*)?'),
];

/** The body is base64 and headers; line ends may be escaped, as in JSON. Without an end: it was cut. */
const PRIVATE_KEY: Shape = {
  needs: '-----BEGIN ',
  pattern:
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?:(?:(?!-----)(?:[\w+/=:,.\s-]|\\[nrt])){0,9000}-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|(?:[A-Za-z0-9+/=\s]|\\[nrt]){0,9000})/g,
};

/** postgres://app:pw@db, https://user:pw@host, https://key@host. A cut one ends without its @. What stands around is kept. */
const ADDRESSES: readonly Shape[] = [
  /([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"'\\<>]{0,256}:)[^\s/"'\\<>]{1,512}(?=@)/gi,
  /([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"'\\<>]{1,256}:)(?!\d{1,5}…?$)[^\s/@"'\\<>?#]{1,512}(?=…?$)/gi,
  /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/:@"'\\<>]{16,256}(?=@)/gi,
].map((pattern) => ({ needs: '://', pattern }));

/** What stands around the secret is kept: `$1***`. */
const AROUND: readonly Shape[] = [
  {
    needs: '=',
    pattern:
      /([?&;](?:access_token|api_?key|pass|password|secret|sig|signature|token|x-amz-(?:credential|security-token|signature))=)[^\s&;"'\\<>#]+/gi,
  },
  {
    needs: '',
    pattern:
      /(authorization\\{0,9}["']?\s{0,3}[:=]\s{0,3}\\{0,9}["']?(?:(?:basic|bearer|digest|negotiate|token)\s{1,3})?)[^\s"'\\,;<>]+/gi,
  },
  { needs: '', pattern: /(\b(?:bearer|basic)\s{1,3})(?=[A-Za-z.~+/_=-]{0,200}\d)[\w.~+/=-]{8,}/gi },
];

const NAMES = [
  'pass(?:word|wd|phrase)',
  '(?:client|app|signing|webhook|shared|api|consumer|oauth)[_-]?secret',
  '[a-z0-9]_secret',
  'secret[_-]?(?:access[_-]?)?key',
  '(?:access|api|auth|bearer|bot|id|refresh|service|session)[_-]?token',
  '(?<![A-Za-z])token',
  '(?:access|account|api|encryption|private|shared[_-]?access)[_-]?key',
  'credentials?',
].join('|');

/** What the name may go on with, and still be that of a secret. */
const NAME = `(?:${NAMES})s?(?:[_-]?(?:\\d{1,3}|base64|id|new|old|string|value))?`;
/** `DB_PASSWORD=x`, `--token='x y'`, `token=~"x"`: whatever the value is. */
const ASSIGNED: Shape = {
  needs: '=',
  pattern: new RegExp(
    `(${NAME}(?:\\s{0,3}=(?!=)~?\\s{0,3}(?=\\\\{0,9}["'])|=(?!=)~?|\\s{1,3}=(?!=)~?\\s{1,3}))(?:(\\\\{0,9}["'])[^"'\\\\\\n]+|[^\\s"'\\\\&,;)}\\]<>]+)`,
    'gi',
  ),
};
/** `"password": "x"`, with its quotes escaped or not. */
const QUOTED: Shape = {
  needs: ':',
  pattern: new RegExp(`(${NAME}\\\\{0,9}["']\\s{0,3}:\\s{0,3}\\\\{0,9}["'])[^"'\\\\\\n]+`, 'gi'),
};
/** `password: hunter2`: in prose only what looks like one, with a digit in it. */
const TOLD: Shape = {
  needs: ':',
  pattern: new RegExp(`(${NAME}:\\s{1,3})(?=[^\\s\\d]{0,200}\\d)[^\\s"'\\\\,;<>]{6,}`, 'gi'),
};

/** Takes secrets out of a text. */
export type Mask = (text: string) => string;

/** The text with `***` for everything that has the shape of a credential. Nothing else is changed. */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const shape of TOKENS) masked = without(masked, shape, MASK);
  for (const shape of ADDRESSES) masked = without(masked, shape, `$1${MASK}`);
  // Before what would take its first line only.
  masked = without(masked, PRIVATE_KEY, MASK);
  for (const shape of AROUND) masked = without(masked, shape, `$1${MASK}`);
  masked = without(masked, ASSIGNED, `$1$2${MASK}`);
  masked = without(masked, QUOTED, `$1${MASK}`);
  return without(masked, TOLD, `$1${MASK}`);
}

function without(text: string, { needs, pattern }: Shape, instead: string): string {
  return text.includes(needs) ? text.replace(pattern, instead) : text;
}

/** Whether a text holds what is a credential by itself: a token, a private key, a URL with a password. */
export function holdsCredential(text: string): boolean {
  return [...TOKENS, PRIVATE_KEY, ADDRESSES[0]!].some(({ pattern }) => text.search(pattern) >= 0);
}

/** `postgres` and the like are no secrets worth the name, and stand everywhere. */
function isTelling(secret: string): boolean {
  return secret.length >= 12 || (secret.length >= 8 && /\d/.test(secret));
}

/** The text without these values; nothing is looked for by shape. */
export function maskValues(text: string, known: Iterable<string>): string {
  let masked = text;
  for (const secret of known) masked = masked.replaceAll(secret, MASK);
  return masked;
}

/**
 * Masks by shape, and these values wherever they turn up, also as they stand in a URL or in JSON.
 * @param known asked each time: a reload may bring new ones
 */
export function maskWith(known: () => Iterable<string>): Mask {
  return (text) => {
    return maskSecrets(maskValues(text, known()));
  };
}

/** The forms in which a value may turn up: itself, as in a URL, as in JSON. None of a value that could be any word. */
export function formsOf(secret: string): readonly string[] {
  if (!isTelling(secret)) return [];
  return [...new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])];
}

/** A JSON-like value with every string in it masked; names of fields are kept. */
export function maskedJson<T>(value: T, mask: Mask = maskSecrets): T {
  return masked(value, mask) as T;
}

function masked(value: unknown, mask: Mask): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((one) => masked(one, mask));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, masked(one, mask)]));
}
