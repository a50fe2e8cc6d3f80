import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadFromEnvironment } from '../../src/app/load.ts';
import { formatProblems } from '../../src/config/problem.ts';
import { fullEnv } from '../config/support.ts';

it.each([
  ['every "#" in front removed', /^#/gm],
  ['as editors do it, a space behind too', /^# ?/gm],
])('the example is right in what it leaves commented out, too: %s', async (_, mark) => {
  const text = await readFile(new URL('../../hikeshi.example.yaml', import.meta.url), 'utf8');
  const [head, more] = text.split(/(?<=# More, .*\n)/);
  expect(more).toMatch(/^#[a-z]/m);
  const dir = await mkdtemp(join(tmpdir(), 'hikeshi-example-'));
  const path = join(dir, 'hikeshi.yaml');
  await writeFile(path, `${head}${more!.replace(mark, '')}`);
  const { config, problems, ...rest } = loadFromEnvironment({ env: fullEnv, asked: { config: path } });
  await rm(dir, { recursive: true });
  expect(formatProblems(problems ?? [], 'en')).toEqual([]);
  expect(rest).toMatchObject({ warnings: [] });
  expect(config).toMatchObject({
    roles: { operator: [{ kind: 'name', name: 'sre' }] },
    timetable: { night: { tasks: [{}] }, morning: { tasks: [{}] } },
    sources: { default: { api: ['https://alertmanager.example.com'] } },
    runbooks: { checkout: {} },
  });
});
