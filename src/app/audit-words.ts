import { formatAnchor } from '../core/audit/head.ts';
import type { Finding, Verified } from '../core/audit/verify.ts';
import type { Catalog } from '../messages/catalog.ts';

/** Entries normally wait for seconds. */
const LONG_MS = 60_000;

/** What `hikeshi audit verify` prints: what was looked at, what is wrong, and what it cannot say. */
export function verifiedInWords(verified: Verified, anchors: number, now: Date, words: Catalog): string {
  const { seals, entries, newest, waiting, retired, anchored, findings, more } = verified;
  const { sealed: said, check } = words;
  const marked = (mark: 'wrong' | 'warning', line: string): string => `${check.marks[mark].padEnd(8)} ${line}`;
  const long = waiting.since !== undefined && now.getTime() - Date.parse(waiting.since) > LONG_MS;
  const lines = [
    newest ? said.chain({ entries, seals, at: newest.at, anchor: formatAnchor(newest) }) : said.nothing,
    ...(retired ? [said.retired(retired)] : []),
    ...(waiting.entries === 0
      ? []
      : [
          long
            ? marked('warning', said.waitingLong({ entries: waiting.entries, since: waiting.since! }))
            : said.waiting(waiting),
        ]),
    ...findings.map((finding) => marked('wrong', findingInWords(finding, said))),
    ...(more > 0 ? [marked('wrong', said.more({ more }))] : []),
    anchors > 0 ? said.anchored({ anchored, anchors }) : said.noAnchor,
    findings.length > 0 ? said.unsound : said.sound,
  ];
  return `${lines.join('\n')}\n`;
}

export function findingInWords(finding: Finding, { findings: said }: Catalog['sealed']): string {
  switch (finding.kind) {
    case 'inserted':
      return said.inserted(finding);
    case 'action-without-entry':
      return said['action-without-entry'](finding);
    case 'changed':
    case 'missing':
    case 'twice':
      return said[finding.kind](finding);
    default:
      return said[finding.kind](finding);
  }
}
