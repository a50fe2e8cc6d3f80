import type { Tally } from './judge.ts';

interface Row extends Tally {
  readonly fault: string;
  /** From the start of the successor to the moment the people see it. */
  readonly recoveryMs?: number;
  /** Buttons pressed: recorded, of all; the others were told that theirs was not. */
  readonly presses?: string;
}

const HEAD = ['fault', 'sent', 'shown', 'lost', 'doubled', 'recovery', 'presses'] as const;

const NOTE = 'Recovery without the wait for leases of the dead: up to 60 s for a message, 30 s for a job.';

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
      const line = (row: readonly string[]): string =>
        row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
      return [...cells.map(line), NOTE].join('\n');
    },
  };
}

function cellsOf({ fault, sent, shown, lost, doubled, recoveryMs, presses = '-' }: Row): string[] {
  const recovery = recoveryMs === undefined ? '-' : `${(recoveryMs / 1_000).toFixed(1)} s`;
  return [fault, ...[sent, shown, lost, doubled].map(String), recovery, presses];
}
