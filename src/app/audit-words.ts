import { formatAnchor } from '../core/audit/head.ts';
import type { Finding, Verified } from '../core/audit/verify.ts';

/** Entries normally wait for seconds. */
const LONG_MS = 60_000;

/** What `hikeshi audit verify` prints: what was looked at, what is wrong, and what it cannot say. */
export function verifiedInWords(verified: Verified, anchors: number, now: Date): string {
  const { seals, entries, newest, waiting, retired, anchored, findings, more } = verified;
  const lines = [
    newest
      ? `${entries} entries in ${seals} seals; the newest is of ${newest.at}: ${formatAnchor(newest)}`
      : 'nothing is sealed yet',
    ...(retired ? [`the entries up to seal ${retired.seal} were dropped by hikeshi audit retire, ${retired.at}`] : []),
    ...(waiting.entries > 0 ? [waitingInWords(waiting, now)] : []),
    ...findings.map((finding) => `WRONG    ${findingInWords(finding)}`),
    ...(more > 0 ? [`WRONG    and ${more} more`] : []),
    anchors > 0
      ? `${anchored} of ${anchors} anchors hold`
      : 'no anchor was given: that the end was cut off, or that all was written anew, would not be seen (--anchor, --anchors)',
    findings.length > 0 ? 'the audit is NOT as it was written' : 'the audit is as it was sealed',
  ];
  return `${lines.join('\n')}\n`;
}

function waitingInWords({ entries, since }: Verified['waiting'], now: Date): string {
  const long = since !== undefined && now.getTime() - Date.parse(since) > LONG_MS;
  const what = `${entries} ${entries === 1 ? 'entry is' : 'entries are'} not sealed yet`;
  return long ? `warning  ${what}, the oldest since ${since}: does a worker run?` : what;
}

export function findingInWords(finding: Finding): string {
  switch (finding.kind) {
    case 'changed':
      return `entry ${finding.entry} was changed after seal ${finding.seal} was made`;
    case 'missing':
      return `entry ${finding.entry} is gone: seal ${finding.seal} holds it`;
    case 'twice':
      return `entry ${finding.entry} is sealed a second time by seal ${finding.seal}`;
    case 'inserted':
      return `entry ${finding.entry}, which says ${finding.at}, was put in after seal ${finding.seal} had taken all there was`;
    case 'seal-missing':
      return `seal ${finding.seal} is gone`;
    case 'seal-broken':
      return `seal ${finding.seal} was changed: its head is not that of what it holds`;
    case 'seal-unlinked':
      return `seal ${finding.seal} does not follow from the one before`;
    case 'anchor-missing':
      return `there is no seal ${finding.seal}, whose head is known outside: the end was cut off`;
    case 'anchor-differs':
      return `seal ${finding.seal} is not the one whose head is known outside: the chain was written anew`;
    case 'action-without-entry':
      return `action ${finding.action} of ${finding.at} has no entry`;
  }
}
