import { LineCounter, type Node, parse, parseDocument } from 'yaml';
import { isPromptfoo, readPromptfoo, suiteNameOf } from '../../evaluation/running.ts';
import { AirworthyError } from '../../kernel/errors.ts';

/** A suite before it is checked. */
export interface WrittenSuite {
  input: unknown;
  /** The line in the file of what stands at a path, where that is known. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/** Reads a suite in YAML: in our own keys, or in promptfoo's. Throws SUITE_IMPORT_FAILED with the line. */
export function readYamlSuite(
  text: string,
  { file, shown, folder }: { file: string; shown: string; folder: string },
): WrittenSuite {
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
  if (isPromptfoo(written))
    return {
      input: readPromptfoo(written, { name, folder, shown, parseYaml: parse }).suite,
      lineOf: () => undefined,
    };
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
