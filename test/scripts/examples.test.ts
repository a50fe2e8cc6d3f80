import { describe, expect, it } from 'vitest';
import { answerExamples } from '../../scripts/examples/answers.ts';
import { generate } from '../../scripts/generated.ts';
import { loadModules } from '../../src/app/modules.ts';
import type { Command } from '../../src/core/define.ts';
import { LANGUAGES } from '../../src/messages/catalog.ts';

const { commands } = loadModules();

describe('the examples of the reference', () => {
  it.each(LANGUAGES)('answer for every command, the same each time (%s)', async (language) => {
    const [once, again] = [await answerExamples(commands, language), await answerExamples(commands, language)];
    expect([...once.keys()]).toEqual([...commands.keys()]);
    expect(again).toEqual(once);
    for (const [name, { typed, answered }] of once) {
      expect(typed.split(' ')[0]).toBe(name);
      expect(answered.join('\n'), name).not.toMatch(/undefined|\[object|NaN|<[@#!]/);
    }
  });

  it('stand in the page, each below its command', async () => {
    const page = (await generate()).get('docs/reference/commands.md')!;
    const sections = new Map(page.split('\n## ').map((part) => [part.slice(0, part.indexOf('\n')), part]));
    for (const [name, { typed, answered }] of await answerExamples(commands, 'en'))
      expect(sections.get(name)).toContain(
        `\`/ops ${typed}\` it answers:\n\n\`\`\`text\n${answered.join('\n')}\n\`\`\``,
      );
  });

  it('are missed by name when a command has no answer', async () => {
    const broken: Command = {
      ...commands.get('pods')!,
      kind: 'query',
      needs: [],
      answer: () => Promise.reject(new Error('nothing comes')),
    };
    await expect(answerExamples(new Map([['pods', broken]]), 'en')).rejects.toThrow('the example "pods" has no answer');
  });
});
