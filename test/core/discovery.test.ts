import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { generate, moduleFiles, outOfDate, ROOT } from '../../scripts/generated.ts';
import { defineQuery, type Query } from '../../src/core/define.ts';
import { actionsOf, discover } from '../../src/core/discovery.ts';
import { LANGUAGES, sentences } from '../../src/messages/catalog.ts';
import { MODULES } from '../../src/modules.generated.ts';

const query = defineQuery({
  name: 'look',
  positionals: [{ name: 'target' }],
  flags: [{ long: 'tail', short: 't', value: 'LINES', describe: () => 'lines' }],
  args: z.object({ target: z.string(), tail: z.coerce.number().optional() }),
  summary: () => 'looks',
  examples: ['look x --tail 5'],
  role: 'viewer',
  needs: [],
  answer: async () => ({ text: [], blocks: [] }),
});
const found = (module: Readonly<Record<string, unknown>>, file = 'commands/look.ts') => discover([{ file, module }]);
const changed = (change: Partial<Record<keyof Query, unknown>>) => () => found({ query: { ...query, ...change } });

describe('discover', () => {
  it('takes a command by its name', () => {
    expect(found({ query }).commands.get('look')).toBe(query);
    expect(actionsOf(found({ query }).commands).size).toBe(0);
  });

  it.each([
    [
      'another name than its file',
      changed({ name: 'other', examples: ['other x'] }),
      /src\/commands\/look\.ts: its name is "other"/,
    ],
    ['no summary', changed({ summary: undefined }), /summary/],
    ['no example', changed({ examples: [] }), /examples/],
    ['an example of another verb', changed({ examples: ['see x'] }), /begin with look/],
    ['an example that is not understood', changed({ examples: ['look x --tial 5'] }), /no-such-flag.*--tial/],
    ['an example without what it needs', changed({ examples: ['look'] }), /missing-argument/],
    ['an example of a wrong value', changed({ examples: ['look x --tail abc'] }), /bad-argument/],
    ['no role', changed({ role: 'none' }), /role/],
    ['a flag that everything has', changed({ flags: [{ long: 'environment', describe: () => '' }] }), /is taken/],
    [
      'a letter that everything has',
      changed({ flags: [{ long: 'ever', short: 'e', describe: () => '' }] }),
      /is taken/,
    ],
    [
      'a flag twice',
      changed({ flags: [...query.flags, { long: 'target', describe: () => '' }] }),
      /"target" is there twice/,
    ],
    [
      'an optional positional first',
      changed({ positionals: [{ name: 'a', optional: true }, { name: 'target' }], examples: ['look a b'] }),
      /optional positional/,
    ],
    [
      'a positional after one that takes many',
      changed({ positionals: [{ name: 'a', many: true }, { name: 'target' }], examples: ['look a b'] }),
      /after one that takes many/,
    ],
    ['nothing', () => found({}), /export exactly one of query, action/],
    ['two things', () => found({ query, action: query }), /exactly one/],
    ['something beside it', () => found({ query, helper: 1 }), /helper too/],
    ['no kind', changed({ kind: undefined }), /kind/],
    ['half an action', () => found({ action: { ...query, kind: 'action' } }), /risk/],
    ['half a job', () => found({ job: { kind: 'job', name: 'x' } }, 'jobs/x.ts'), /src\/jobs\/x\.ts: .*payload/],
  ])('does not start with a file that has %s', (_, run, words) => {
    expect(run).toThrow(words);
  });

  it('does not start with a word of two commands', () => {
    const other = { ...query, name: 'see', aliases: ['look'], examples: ['see x'] };
    const files = [
      { file: 'commands/look.ts', module: { query } },
      { file: 'commands/see.ts', module: { query: other } },
    ];
    expect(() => discover(files)).toThrow('"look" is the word of two commands');
  });
});

describe('our own modules', () => {
  const discovered = discover(MODULES);

  it('are exactly the files in their folders', async () => {
    expect(MODULES.map(({ file }) => file)).toEqual(await moduleFiles());
  });

  it.each(MODULES.map(({ file }) => file))('%s has its test', (file) => {
    expect(existsSync(join(ROOT, 'test', file.replace(/\.ts$/, '.test.ts')))).toBe(true);
  });

  it.each(LANGUAGES)('say what they do and what their flags mean (%s)', (language) => {
    const m = sentences(language);
    for (const command of discovered.commands.values()) {
      expect(command.summary(m), command.name).not.toBe('');
      for (const flag of command.flags) expect(flag.describe(m), `${command.name} --${flag.long}`).not.toBe('');
    }
  });

  it('are what the written files say (else: npm run generate)', async () => {
    expect(await outOfDate(await generate())).toEqual([]);
  });
});
