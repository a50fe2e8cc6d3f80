import { code, type Inline, joinText, type Text, text } from '../../domain/content.ts';

interface Changed {
  readonly container: string;
  /** Empty: there is none. */
  readonly from: string;
  readonly to: string;
}

interface ChangedNames {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

function changedWords({ from, to }: Changed): Text {
  const [before, after] = [from, to].map((one): Inline => (one === '' ? 'none of its own' : code(one)));
  return [before!, ' → ', after!];
}

function namesWords({ added, removed, changed }: ChangedNames): Text {
  const names = (word: string, all: readonly string[]): Text => (all.length === 0 ? [] : text`${word} ${listed(all)}`);
  return joinText([names('adds', added), names('removes', removed), names('changes', changed)], '; ');
}

const listed = (names: readonly string[]): Text =>
  joinText(
    names.map((name) => [code(name)]),
    ', ',
  );

/** How one pod template differs from another. */
export const differs = {
  image: (p: Changed): Text => text`${code(p.container)} image: ${changedWords(p)}`,
  command: (p: Changed): Text => text`${code(p.container)} command: ${changedWords(p)}`,
  resources: (p: Changed): Text => text`${code(p.container)} resources: ${changedWords(p)}`,
  env: (p: { container: string } & ChangedNames): Text =>
    text`${code(p.container)} variables (values are not shown): ${namesWords(p)}`,
  added: (p: { container: string; image: string }): Text =>
    text`${code(p.container)}, a container with ${code(p.image)}, is added`,
  removed: (p: { container: string; image: string }): Text =>
    text`${code(p.container)}, a container with ${code(p.image)}, is removed`,
  other: (p: { container: string; fields: readonly string[] }): Text =>
    text`${p.container ? code(p.container) : 'pod'}: ${p.fields.join(', ')}`,
};
