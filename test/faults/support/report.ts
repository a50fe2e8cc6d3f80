import type { Tally } from './judge.ts';

interface Row extends Tally {
  readonly fault: string;
  /** From the start of the successor to the moment the people see it. */
  readonly recoveryMs?: number;
}

const HEAD = ['fault', 'sent', 'shown', 'lost', 'doubled', 'recovery'] as const;

/** One line for each fault. */
export interface Report {
  add(row: Row): void;
  text(): string;
}

export function createReport(): Report {
  const rows: Row[] = [];
  return {
    add: (row) => void rows.push(row),
    text() {
      const cells = [[...HEAD], ...rows.map(cellsOf)];
      const widths = HEAD.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
      return cells
        .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
        .join('\n');
    },
  };
}

function cellsOf({ fault, sent, shown, lost, doubled, recoveryMs }: Row): string[] {
  const recovery = recoveryMs === undefined ? '-' : `${(recoveryMs / 1_000).toFixed(1)} s`;
  return [fault, ...[sent, shown, lost, doubled].map(String), recovery];
}
