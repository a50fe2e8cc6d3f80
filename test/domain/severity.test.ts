import { describe, expect, it } from 'vitest';
import {
  compareSeverity,
  highestSeverity,
  mapSeverity,
  SEVERITIES,
  type Severity,
  severityRules,
} from '../../src/domain/severity.ts';

const defaults = severityRules();
const map = (raw: string) => mapSeverity(defaults, { severity: raw });

describe('the default spellings', () => {
  const table: Record<Severity, string> = {
    critical: 'critical page p1 sev1 fatal emergency 1',
    high: 'high error major p2 2',
    medium: 'medium warning warn minor p3 3',
    low: 'low info none notice debug p4 p5 4 5',
  };
  const cases = SEVERITIES.flatMap((severity) => table[severity].split(' ').map((raw) => [raw, severity] as const));

  it.each(cases)('%s is %s', (raw, severity) => {
    expect(map(raw)).toEqual({ severity, known: true, raw });
    expect(map(` ${raw.toUpperCase()} `)).toMatchObject({ severity, known: true });
  });

  it('absent and unknown are medium, and say so', () => {
    expect(mapSeverity(defaults, {})).toEqual({ severity: 'medium', known: false });
    expect(map('')).toEqual({ severity: 'medium', known: false });
    expect(map('  ')).toEqual({ severity: 'medium', known: false });
    expect(map('urgent')).toEqual({ severity: 'medium', known: false, raw: 'urgent' });
    expect(map('constructor')).toEqual({ severity: 'medium', known: false, raw: 'constructor' });
    expect(map('__proto__')).toMatchObject({ severity: 'medium', known: false });
  });
});

describe("a team's own spellings", () => {
  it('are added, win over the usual meaning, and ignore case', () => {
    const rules = severityRules({ critical: ['Urgent'], low: ['warning'] });
    expect(mapSeverity(rules, { severity: 'URGENT' }).severity).toBe('critical');
    expect(mapSeverity(rules, { severity: 'Warning' }).severity).toBe('low');
    expect(mapSeverity(rules, { severity: 'warn' }).severity).toBe('medium');
  });

  it('may stand under another label', () => {
    const rules = severityRules({}, 'priority');
    expect(mapSeverity(rules, { priority: 'P1', severity: 'info' }).severity).toBe('critical');
  });
});

describe('order', () => {
  it('is most severe first', () => {
    expect(highestSeverity(['low', 'high', 'medium'])).toBe('high');
    expect(highestSeverity([])).toBeUndefined();
    expect(compareSeverity('critical', 'low')).toBeGreaterThan(0);
    expect(compareSeverity('low', 'medium')).toBeLessThan(0);
    expect([...SEVERITIES].sort((a, b) => compareSeverity(b, a))).toEqual([...SEVERITIES]);
  });
});
