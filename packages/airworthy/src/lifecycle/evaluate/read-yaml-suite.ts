import { dirname } from 'node:path';
import { LineCounter, type Node, parseDocument } from 'yaml';
import { isPromptfoo, SuiteInput, suiteNameOf } from '../../evaluation/running.ts';
import { AirworthyError } from '../../kernel/errors.ts';

/** A suite before it is checked. */
export interface WrittenSuite {
  input: unknown;
  /** The line in the file of what stands at a path, where that is known. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/** Reads a suite in YAML: in our own keys, or in promptfoo's. Throws SUITE_IMPORT_FAILED with the line, SUITE_INVALID. */
export async function readYamlSuite(
  text: string,
  { file, shown }: { file: string; shown: string },
): Promise<WrittenSuite> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    const at = `${shown}:${lines.linePos(error.pos[0]).line}`;
    const [first] = error.message.split('\n');
    throw new AirworthyError('SUITE_IMPORT_FAILED', {
      message: `${at}: ${first}`,
      at,
      facts: { file },
      cause: error,
    });
  }
  const written: unknown = document.toJS();
  const name = suiteNameOf(file);
  if (isPromptfoo(written)) {
    return { input: await readPromptfoo(written, { file, shown, name }), lineOf: () => undefined };
  }
  const input =
    typeof written === 'object' && written !== null && !Array.isArray(written)
      ? { name, ...written }
      : written;
  return {
    input,
    lineOf(path) {
      for (let length = path.length; length > 0; length--) {
        const node = document.getIn(path.slice(0, length), true) as Node | undefined;
        if (node?.range) return lines.linePos(node.range[0]).line;
      }
      return undefined;
    },
  };
}

/** What promptfoo's own words say already. */
const THEIRS: ReadonlySet<string> = new Set(['dataset', 'description', 'task', 'tasks']);
const OURS: ReadonlySet<string> = new Set(Object.keys(SuiteInput.shape).filter((key) => !THEIRS.has(key)));

/** A suite in promptfoo's words, with keys of ours beside them. What it says must mean something here: nothing is passed over. */
async function readPromptfoo(
  written: Record<string, unknown>,
  { file, shown, name }: { file: string; shown: string; name: string },
): Promise<Record<string, unknown>> {
  const { importPromptfoo } = await import('../import-promptfoo/import-promptfoo.ts');
  const { suite, entries } = await importPromptfoo(file, { suiteFolder: dirname(file), ours: OURS });
  const left = entries.filter(({ status }) => status === 'left');
  if (left.length > 0) {
    const said = left.map(({ at, what, why }) => `  ${at}: ${what}: ${why}`).join('\n');
    throw new AirworthyError('SUITE_INVALID', {
      message: `${shown} says what has no meaning here:\n${said}`,
      remedy: 'Take it out, or let `airworthy import promptfoo` write a suite without it.',
      at: shown,
    });
  }
  const beside = Object.fromEntries(Object.entries(written).filter(([key]) => OURS.has(key)));
  const scorers = [suite.scorers, written.scorers ?? []].flat();
  return { ...suite, name, ...beside, scorers };
}
