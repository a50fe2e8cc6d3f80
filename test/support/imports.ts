const STATIC =
  /^import\s+(?:[\w\s{},*$]+\sfrom\s+)?'([^']+)'|^export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

/** What a formatted TypeScript file imports, in order, as written: statements at the beginning of a line, and `import('...')`. */
export function importsOf(text: string): readonly string[] {
  const statements = [...text.matchAll(STATIC)].map(([, imported, exported]) => imported ?? exported ?? '');
  return [...statements, ...[...text.matchAll(DYNAMIC)].map(([, target]) => target ?? '')];
}
