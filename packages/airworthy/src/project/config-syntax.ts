import { spawnSync } from 'node:child_process';

/** Where in a source file Node stopped reading; line and column from 1. */
export interface SourcePosition {
  line: number;
  column?: number;
}

/**
 * Finds the place of a syntax error. Node writes it above the stack (`file:line`, the line, a caret); for errors
 * found only after the types were stripped the stack lacks it, and `node --check` tells.
 */
export function locateSyntaxError(error: Error, file: string): SourcePosition | undefined {
  return readPosition(error.stack ?? '', file) ?? readPosition(checkStripped(file), '[stdin]');
}

/** Where in the file a config that reads well but throws did so. */
export function locateThrow(error: Error, file: string): SourcePosition | undefined {
  const place = new RegExp(`${escapePattern(file)}[^:\\s]*:(\\d+):(\\d+)`).exec(error.stack ?? '');
  return place ? { line: Number(place[1]), column: Number(place[2]) } : undefined;
}

function readPosition(report: string, file: string): SourcePosition | undefined {
  const lines = report.split('\n');
  const head = new RegExp(`${escapePattern(file)}(?:\\?[^:]*)?:(\\d+)$`);
  const first = lines.findIndex((line) => head.test(line));
  if (first === -1) return undefined;
  const line = Number(head.exec(lines[first])?.[1]);
  const caret = lines.slice(first + 1).find((each) => /^\s*\^+\s*$/.test(each));
  return caret === undefined ? { line } : { line, column: caret.indexOf('^') + 1 };
}

/** What `node --check` says of the file without its types; stripping leaves every line and column where it was. */
function checkStripped(file: string): string {
  const strip =
    'process.stdout.write(require("module").stripTypeScriptTypes(fs.readFileSync(process.argv[1], "utf8")))';
  // In a process of its own, because stripping by hand warns that it is new.
  const stripped = runNode(['--no-warnings', '--input-type=commonjs', '-e', strip, file], '');
  return runNode(['--input-type=module', '--check', '-'], stripped.stdout).stderr;
}

function runNode(args: readonly string[], input: string): { stdout: string; stderr: string } {
  return spawnSync(process.execPath, args, { input, encoding: 'utf8', timeout: 10_000 });
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
