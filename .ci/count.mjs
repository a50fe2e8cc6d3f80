/**
 * Prints `passed failed skipped` of a report of vitest's JSON reporter, and appends to the file named second what failed and
 * what was skipped, each with the first lines of its reason. A file that failed before its first test is one failure; so is a
 * report that was never written.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

const [, , report = '', told = '/dev/stderr'] = process.argv;
const REASON_LINES = 12;
const { testResults = [{ name: report, message: 'no report was written', status: 'failed', assertionResults: [] }] } =
  existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
const tests = testResults.flatMap(({ name, assertionResults }) =>
  assertionResults.map((test) => ({ file: name, ...test })),
);
const broken = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
);
const are = (status) => tests.filter((test) => test.status === status);
const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');

const lines = [
  ...are('failed').map(
    ({ file, fullName, failureMessages }) => `FAILED ${file}: ${fullName}\n${reason(failureMessages.join('\n'))}`,
  ),
  ...broken.map(({ name, message }) => `FAILED ${name}, before its first test\n${reason(message ?? '')}`),
  ...skipped.map(({ file, fullName, status }) => `SKIPPED (${status}) ${file}: ${fullName}`),
];
if (lines.length > 0) appendFileSync(told, `${lines.join('\n')}\n`);
process.stdout.write(`${are('passed').length} ${are('failed').length + broken.length} ${skipped.length}\n`);

function reason(text) {
  return text
    .split('\n')
    .slice(0, REASON_LINES)
    .map((line) => `    ${line.slice(0, 300)}`)
    .join('\n');
}
