import { code, type Text, text } from '../../domain/content.ts';

/** What is said of the audit: its sealed head, and what `/ops audit` finds. */
export const audit = {
  head: {
    sealed: (p: { anchor: string; lastId: number }): Text =>
      text`The audit is sealed up to entry ${p.lastId}: ${code(p.anchor)}`,
    keep: (): Text =>
      text`${code('hikeshi audit verify --anchor')} with this line proves that nothing before it was changed or cut off.`,
  },
};
