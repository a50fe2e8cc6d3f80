/**
 * Prints `passed failed skipped` of a report of vitest's JSON reporter, and on stderr the names of what was skipped. A file that
 * failed before its first test is one failure; so is a report that was never written.
 */
import { existsSync, readFileSync } from 'node:fs';

const file = process.argv[2] ?? '';
const { testResults = [{ status: 'failed', assertionResults: [] }] } = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : {};
const tests = testResults.flatMap((result) =>
  result.assertionResults.map((test) => ({ name: `${result.name}: ${test.fullName}`, status: test.status })),
);
const broken = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
);
const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
for (const { name, status } of skipped) process.stderr.write(`${status}: ${name}\n`);
const count = (status) => tests.filter((test) => test.status === status).length;
process.stdout.write(`${count('passed')} ${count('failed') + broken.length} ${skipped.length}\n`);
