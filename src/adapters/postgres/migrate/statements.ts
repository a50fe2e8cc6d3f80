/**
 * What may hide a semicolon, each as a whole: line comments, block comments (one level), quoted text and identifiers (a quote
 * inside is doubled; in E'' also escaped), and dollar-quoted text up to its own tag. From PostgreSQL's "Lexical Structure".
 */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|;/g;

/** Cuts a script into its statements; comments stay with the statement after them, and a rest of comments alone is dropped. */
export function splitStatements(script: string): readonly string[] {
  const statements: string[] = [];
  let start = 0;
  let blank = script;
  for (const match of script.matchAll(TOKEN)) {
    if (match[0] !== ';') continue;
    statements.push(script.slice(start, match.index));
    start = match.index + 1;
    blank = script.slice(start);
  }
  return [...statements, blank].map((statement) => statement.trim()).filter(hasCode);
}

function hasCode(statement: string): boolean {
  return statement.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').trim() !== '';
}
