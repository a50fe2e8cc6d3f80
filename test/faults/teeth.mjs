/**
 * Whether the fault suite would notice: takes one rule at a time out of a copy of the program and runs against it what has to
 * fail then. `node test/faults/teeth.mjs [name...]`; exit code 1 when one of them passes.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const COPIED = ['package.json', 'tsconfig.json', 'vitest.config.ts', 'src', 'sandbox', 'scripts', 'test', 'manifests'];

/** What is taken out: texts and what takes their place; and which tests notice. */
const RULES = [
  {
    name: 'claim',
    what: 'a message is not marked as being sent before it is sent',
    edits: [
      ['src/core/outbox/claim.ts', "set state = 'sending', attempt_id", 'set attempt_id'],
      ['src/core/outbox/settle.ts', " and state = 'sending'`", '`'],
    ],
    file: 'test/faults/',
    tests: 'two that do everything|after Slack took a post',
  },
  {
    name: 'look-up',
    what: 'a message whose answer was lost is sent again without a look',
    edits: [['src/core/outbox/send.ts', 'if (claim.lead.look_up_from) {', 'if (claim.lead.look_up_from && false) {']],
    file: 'test/faults/under.test.ts',
    tests: 'Slack takes it and resets|Slack takes it and says internal_error',
  },
  {
    name: 'doubt-fires',
    what: 'a late copy of what has resolved always fires again',
    edits: [['src/alerts/doubt.ts', "if (answer.complete) return 'resolved';", "if (answer.complete) return 'fires';"]],
    file: 'test/faults/under.test.ts',
    tests: 'copies of three members',
  },
  {
    name: 'doubt-resolved',
    what: 'what fires on after a false end is never believed',
    edits: [
      [
        'src/alerts/doubt.ts',
        "if (answer.fingerprints.has(due.fingerprint)) return 'fires';",
        "if (answer.fingerprints.has(due.fingerprint)) return 'resolved';",
      ],
    ],
    file: 'test/faults/under.test.ts',
    tests: 'copies of three members',
  },
  {
    name: 'two-absences',
    what: 'an alert is closed when the API lacks it once',
    edits: [
      [
        'src/domain/reconcile.ts',
        "if (!alert.absentSince) return 'missing';",
        "if (!alert.absentSince) return 'gone';",
      ],
    ],
    file: 'test/faults/under.test.ts',
    tests: 'lacks them once',
  },
];

/** What the checker says of alerts that are not there, or there twice; a test that fails otherwise has noticed nothing. */
const NOTICED = /^\+.*(?:posted \d+ times|not shown|but shown as|"(?:doubled|lost)": [1-9]).*$/gm;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !RULES.some((rule) => rule.name === name));
if (unknown.length > 0)
  throw new Error(`no such rule: ${unknown.join(', ')}; there are ${RULES.map((r) => r.name).join(', ')}`);

const copy = mkdtempSync(join(tmpdir(), 'hikeshi-teeth-'));
try {
  for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true, verbatimSymlinks: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const rules = RULES.filter((rule) => asked.length === 0 || asked.includes(rule.name));
  const unnoticed = rules.filter((rule) => !isNoticed(rule));
  console.log(`${rules.length - unnoticed.length} of ${rules.length} noticed`);
  process.exitCode = unnoticed.length > 0 ? 1 : 0;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function isNoticed({ name, what, edits, file, tests }) {
  const before = edits.map(([path]) => readFileSync(join(copy, path), 'utf8'));
  try {
    for (const [path, old, replacement] of edits) replaceIn(join(copy, path), old, replacement);
    if (node('scripts/build.mjs').status !== 0) throw new Error(`${name}: the copy cannot be built`);
    const run = node('node_modules/vitest/vitest.mjs', 'run', '--project', 'faults', file, '-t', tests);
    const said = `${run.stdout}\n${run.stderr}`;
    const why = [...new Set(said.match(NOTICED)?.map((line) => line.trim()) ?? [])];
    const noticed = run.status !== 0 && why.length > 0;
    console.log(`${name}: ${what}: ${noticed ? 'noticed' : 'NOT NOTICED'}`);
    for (const line of noticed ? why.slice(0, 3) : said.split('\n').slice(-40)) console.log(`    ${line}`);
    return noticed;
  } finally {
    for (const [i, [path]] of edits.entries()) writeFileSync(join(copy, path), before[i]);
  }
}

function replaceIn(path, old, replacement) {
  const text = readFileSync(path, 'utf8');
  if (text.split(old).length !== 2) throw new Error(`${path} does not hold this exactly once: ${old}`);
  writeFileSync(
    path,
    text.replace(old, () => replacement),
  );
}

function node(...args) {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
  return spawnSync(process.execPath, args, { cwd: copy, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
