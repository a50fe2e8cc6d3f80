import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ExportFormat, exportAudit } from '../core/audit/export.ts';
import { type Anchor, anchorsIn, formatAnchor, parseAnchor } from '../core/audit/head.ts';
import { retireAudit } from '../core/audit/retire.ts';
import { newestHead } from '../core/audit/seal.ts';
import { verifyAudit } from '../core/audit/verify.ts';
import { type Catalog, sentences } from '../messages/catalog.ts';
import type { Db, Tx } from '../ports/database.ts';
import { findingInWords, verifiedInWords } from './audit-words.ts';
import { instantOf } from './instant.ts';
import { type Asked, languageAsked } from './load.ts';
import { withDatabase } from './offline-store.ts';
import { wrong } from './stderr.ts';

export interface AuditOptions extends Asked {
  readonly embedded?: boolean;
}

export interface VerifyOptions extends AuditOptions {
  readonly anchor?: readonly string[];
  readonly anchors?: string;
  readonly json?: boolean;
}

/** Walks the chain; answers the exit code: 1 when something is wrong with it, 2 when it was asked wrongly. */
export async function runVerify(options: VerifyOptions): Promise<number> {
  const words = sentences(languageAsked(options));
  const anchors = readAnchors(options, words.sealed.wrong);
  if (typeof anchors === 'string') return wrong(anchors);
  return withDatabase({ ...options, asked: options, as: 'app' }, async (db) => {
    const verified = await snapshot(db, (tx) => verifyAudit(tx, anchors));
    if (options.json) process.stdout.write(`${JSON.stringify({ ...verified, anchors: anchors.length }, null, 2)}\n`);
    else process.stdout.write(verifiedInWords(verified, anchors.length, new Date(), words));
    return verified.findings.length > 0 ? 1 : 0;
  });
}

/** Prints the newest head, for whoever keeps it elsewhere. */
export async function runHead(options: AuditOptions): Promise<number> {
  return withDatabase({ ...options, asked: options, as: 'app' }, async (db) => {
    const head = await newestHead(db);
    if (!head) return wrong(sentences(languageAsked(options)).sealed.nothingYet, 1);
    process.stdout.write(`${formatAnchor(head)}\n`);
    return 0;
  });
}

export interface ExportCliOptions extends AuditOptions {
  readonly format: ExportFormat;
  readonly since?: string;
  readonly until?: string;
}

/** Streams entries to standard output, as fast as they are read there. */
export async function runExport(options: ExportCliOptions): Promise<number> {
  const now = new Date();
  const since = options.since === undefined ? undefined : instantOf(options.since, now);
  const until = options.until === undefined ? undefined : instantOf(options.until, now);
  if ((options.since !== undefined && !since) || (options.until !== undefined && !until))
    return wrong(sentences(languageAsked(options)).sealed.wrong.times);
  return withDatabase({ ...options, asked: options, as: 'app' }, (db) =>
    snapshot(db, async (tx) => {
      const text = exportAudit(tx, { format: options.format, ...(since && { since }), ...(until && { until }) });
      try {
        await pipeline(Readable.from(text), process.stdout, { end: false });
      } catch (error) {
        // Whoever reads has enough, as `head` does.
        if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      }
      return 0;
    }),
  );
}

export interface RetireOptions extends AuditOptions {
  readonly before: string;
  readonly yes?: boolean;
}

/** Drops old entries as the owner of the tables; without `--yes` it only says what it would drop. */
export async function runRetire(options: RetireOptions): Promise<number> {
  const now = new Date();
  const before = instantOf(options.before, now);
  const { sealed: said } = sentences(languageAsked(options));
  if (!before) return wrong(said.wrong.before);
  return withDatabase({ ...options, asked: options, as: 'owner' }, async (db) => {
    const retired = await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        const done = await retireAudit(tx, before, now);
        if (!options.yes) throw new OnlyShown(done);
        return done;
      })
      .catch((error: unknown) => {
        if (error instanceof OnlyShown) return error.would;
        throw error;
      });
    if (retired.kind === 'not-sound') {
      const words = retired.verified.findings.map((f) => `${findingInWords(f, said)}\n`).join('');
      return wrong(`${words}${said.retire.unsound}`, 1);
    }
    const what =
      retired.kind === 'nothing'
        ? said.retire.nothing({ before: before.toISOString() })
        : said.retire[options.yes ? 'done' : 'would'](retired);
    process.stdout.write(`${what}\n`);
    return 0;
  });
}

class OnlyShown extends Error {
  readonly would: Awaited<ReturnType<typeof retireAudit>>;

  constructor(would: Awaited<ReturnType<typeof retireAudit>>) {
    super('only shown');
    this.would = would;
  }
}

function snapshot<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work);
}

/** All anchors that were given, or what is wrong with them. */
function readAnchors(
  { anchor = [], anchors }: VerifyOptions,
  said: Catalog['sealed']['wrong'],
): readonly Anchor[] | string {
  const given: Anchor[] = [];
  for (const text of anchor) {
    const parsed = parseAnchor(text);
    if (!parsed) return said.anchor({ anchor: text });
    given.push(parsed);
  }
  if (anchors === undefined) return given;
  let text: string;
  try {
    text = readFileSync(anchors === '-' ? 0 : anchors, 'utf8');
  } catch {
    return said.anchors({ file: anchors });
  }
  const found = anchorsIn(text);
  return found.length > 0 ? [...given, ...found] : said.noAnchors({ file: anchors });
}
