import type { Config } from '../config/config.ts';
import { Secret } from '../config/secret.ts';
import { formsOf, type Mask, maskWith } from '../domain/secrets.ts';

/** The secrets that this process holds itself: whatever their shape, they stand in nothing that leaves it. */
export interface KnownSecrets {
  /** Adds those of a config. Nothing is forgotten: what was replaced by a reload may still be in somebody's text. */
  learn(config: Config): void;
  /** Each in every form in which it may turn up, longest first. */
  values(): readonly string[];
  readonly mask: Mask;
}

export function knownSecrets(): KnownSecrets {
  let values: readonly string[] = [];
  return {
    learn(config) {
      const found = secretsIn(config).flatMap(parts).flatMap(formsOf);
      values = [...new Set([...values, ...found])].sort((a, b) => b.length - a.length);
    },
    values: () => values,
    mask: maskWith(() => values),
  };
}

function secretsIn(value: unknown): string[] {
  if (value instanceof Secret) return [value.reveal()];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(secretsIn);
}

/** Of an address with a password in it also the password alone, as it is and as it is written there; of one to call, its path if somebody made that up by chance. */
function parts(secret: string): readonly string[] {
  if (!URL.canParse(secret)) return [secret];
  const { password, protocol, pathname, search } = new URL(secret);
  const path = `${pathname}${search}`;
  const drawn = protocol.startsWith('http') && /(?=[\w-]{0,200}\d)[\w-]{16}/.test(path) ? [path] : [];
  return [secret, password, decoded(password), ...drawn];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
