/** What `hikeshi audit` says of the sealed chain. Plain text, for a terminal. */

interface Seal {
  readonly seal: number;
}

interface Entry extends Seal {
  readonly entry: number;
}

export const sealed = {
  nothing: 'nothing is sealed yet',
  nothingYet: 'nothing is sealed yet: a worker seals within 5 seconds',
  chain: (p: { entries: number; seals: number; at: string; anchor: string }): string =>
    `${p.entries} entries in ${p.seals} seals; the newest is of ${p.at}: ${p.anchor}`,
  retired: (p: Seal & { at: string }): string =>
    `the entries up to seal ${p.seal} were dropped by hikeshi audit retire, ${p.at}`,
  waiting: (p: { entries: number }): string =>
    `${p.entries} ${p.entries === 1 ? 'entry is' : 'entries are'} not sealed yet`,
  /** Longer than it takes where a worker runs. */
  waitingLong: (p: { entries: number; since: string }): string =>
    `${sealed.waiting(p)}, the oldest since ${p.since}: does a worker run?`,
  more: (p: { more: number }): string => `and ${p.more} more`,
  anchored: (p: { anchored: number; anchors: number }): string => `${p.anchored} of ${p.anchors} anchors hold`,
  noAnchor:
    'no anchor was given: that the end was cut off, or that all was written anew, would not be seen (--anchor, --anchors)',
  sound: 'the audit is as it was sealed',
  unsound: 'the audit is NOT as it was written',

  findings: {
    changed: (p: Entry): string => `entry ${p.entry} was changed after seal ${p.seal} was made`,
    missing: (p: Entry): string => `entry ${p.entry} is gone: seal ${p.seal} holds it`,
    twice: (p: Entry): string => `entry ${p.entry} is sealed a second time by seal ${p.seal}`,
    inserted: (p: Entry & { at: string }): string =>
      `entry ${p.entry}, which says ${p.at}, was put in after seal ${p.seal} had taken all there was`,
    'seal-missing': (p: Seal): string => `seal ${p.seal} is gone`,
    'seal-broken': (p: Seal): string => `seal ${p.seal} was changed: its head is not that of what it holds`,
    'seal-unlinked': (p: Seal): string => `seal ${p.seal} does not follow from the one before`,
    'anchor-missing': (p: Seal): string =>
      `there is no seal ${p.seal}, whose head is known outside: the end was cut off`,
    'anchor-differs': (p: Seal): string =>
      `seal ${p.seal} is not the one whose head is known outside: the chain was written anew`,
    'action-without-entry': (p: { action: string; at: string }): string => `action ${p.action} of ${p.at} has no entry`,
  },

  retire: {
    nothing: (p: { before: string }): string => `no seal is wholly from before ${p.before}: nothing to drop`,
    would: (p: Seal & { entries: number }): string =>
      `${p.entries} entries up to seal ${p.seal} would be dropped; --yes does it`,
    done: (p: Seal & { entries: number }): string =>
      `${p.entries} entries up to seal ${p.seal} are dropped; their seals stay`,
    unsound: 'nothing was dropped: the chain does not hold; see hikeshi audit verify',
  },

  wrong: {
    times: '--since and --until take a duration ago (30d, 12h) or a time (2026-03-01, 2026-03-01T03:00:00Z)',
    before: '--before takes a duration ago (730d) or a time (2026-03-01)',
    anchor: (p: { anchor: string }): string => `--anchor ${p.anchor}: write SEAL:HEAD, as hikeshi audit head prints it`,
    anchors: (p: { file: string }): string =>
      `--anchors ${p.file}: cannot be read; give a file with heads, or - for standard input`,
    noAnchors: (p: { file: string }): string =>
      `--anchors ${p.file}: holds no SEAL:HEAD; hikeshi audit head prints one`,
  },
};
