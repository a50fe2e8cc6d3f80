import type { Labels } from './alert.ts';
import { labelValue } from './labels.ts';

/** Most severe first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

const rank: Readonly<Record<Severity, number>> = { critical: 3, high: 2, medium: 1, low: 0 };

/** Positive when `a` is more severe than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return rank[a] - rank[b];
}

/** The most severe of them; `undefined` for none. */
export function highestSeverity(all: readonly Severity[]): Severity | undefined {
  return SEVERITIES.find((s) => all.includes(s));
}

/** How the world spells severities, without any config: each list holds the other spellings of its key. */
const DEFAULT_SPELLINGS: Readonly<Record<Severity, readonly string[]>> = {
  critical: ['page', 'p1', 'sev1', 'fatal', 'emergency', '1'],
  high: ['error', 'major', 'p2', '2'],
  medium: ['warning', 'warn', 'minor', 'p3', '3'],
  low: ['info', 'none', 'notice', 'debug', 'p4', 'p5', '4', '5'],
};

export interface SeverityRules {
  /** The label that holds the severity. */
  readonly label: string;
  /** Spelling (trimmed, lower case) to severity. */
  readonly spellings: Readonly<Record<string, Severity>>;
}

export interface MappedSeverity {
  readonly severity: Severity;
  /** False: there was no label, or none we know, and `severity` is the default. The post says so. */
  readonly known: boolean;
  /** The label as sent; absent when there was none. */
  readonly raw?: string;
}

/** An unknown or missing severity is neither slept through nor paged for. */
const UNKNOWN: Severity = 'medium';

/**
 * The defaults with a team's own spellings over them: a spelling listed in `own` moves there, the four severities'
 * own names included.
 */
export function severityRules(
  own: Partial<Readonly<Record<Severity, readonly string[]>>> = {},
  label = 'severity',
): SeverityRules {
  const spellings: Record<string, Severity> = Object.create(null);
  for (const severity of SEVERITIES) {
    for (const spelling of [severity, ...DEFAULT_SPELLINGS[severity]]) spellings[spelling] = severity;
  }
  for (const severity of SEVERITIES) {
    for (const spelling of own[severity] ?? []) spellings[normalize(spelling)] = severity;
  }
  return { label, spellings };
}

/** The severity of an alert by its label. Case and surrounding blanks do not matter; absent and unknown are medium. */
export function mapSeverity(rules: SeverityRules, labels: Labels): MappedSeverity {
  const raw = labelValue(labels, rules.label);
  if (raw.trim() === '') return { severity: UNKNOWN, known: false };
  const spelling = normalize(raw);
  const severity = Object.hasOwn(rules.spellings, spelling) ? rules.spellings[spelling] : undefined;
  return severity ? { severity, known: true, raw } : { severity: UNKNOWN, known: false, raw };
}

function normalize(spelling: string): string {
  return spelling.trim().toLowerCase();
}
