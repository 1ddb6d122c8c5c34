import { pathToFileURL } from 'node:url';
import { AirworthyError } from '../../kernel/errors.ts';
import { locateSyntaxError, locateThrow } from '../../project/config-syntax.ts';
import { resolveSelf } from '../../project/resolve-self.ts';
import type { WrittenSuite } from './read-yaml-suite.ts';

/** Imports a suite written in TypeScript or JavaScript. Throws SUITE_IMPORT_FAILED with line and column, SUITE_INVALID. */
export async function importSuite(file: string, shown: string, digest: string): Promise<WrittenSuite> {
  resolveSelf();
  // The content's digest in the address: a changed file is read anew, an unchanged one is not.
  const address = `${pathToFileURL(file).href}?${digest.slice(0, 12)}`;
  const loaded: { default?: unknown } = await import(address).catch((error: unknown) => {
    throw unreadable(error, file, shown);
  });
  if (loaded.default !== undefined) return { input: loaded.default, lineOf: () => undefined };
  throw new AirworthyError('SUITE_INVALID', {
    message: `${shown} exports no suite`,
    remedy: 'Write `export default defineEval({ … })`.',
    at: shown,
  });
}

function unreadable(error: unknown, file: string, shown: string): AirworthyError {
  const cause = error instanceof Error ? error : new Error(String(error));
  const position = cause.name === 'SyntaxError' ? locateSyntaxError(cause, file) : locateThrow(cause, file);
  const at = [shown, position?.line, position?.column].filter((part) => part !== undefined).join(':');
  return new AirworthyError('SUITE_IMPORT_FAILED', {
    message: `${at}: ${cause.message}`,
    at,
    facts: { file, ...position },
    cause,
  });
}
