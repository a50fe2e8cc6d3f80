import { stringify } from 'yaml';

/** Manifests as documents of YAML, under one comment. */
export function manifestText(heading: string, manifests: readonly object[]): string {
  const documents = manifests.map((one) => stringify(one, { lineWidth: 0, aliasDuplicateObjects: false }));
  return `# ${heading}\n${documents.map((text) => `---\n${text}`).join('')}`;
}
