// Writes docs/errors.md from the error catalogue: `npm run docs:errors`. A test fails while the page is out of date.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../packages/airworthy/src/kernel/error-catalogue.ts';

/** The page that every error's `docs` anchor leads to. */
export function errorsPage(): string {
  const sections = Object.entries(CATALOGUE)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, { status, exit, when, remedy }]) =>
        `## ${code}\n\n${when}\n\n**What to do.** ${remedy}\n\nHTTP status ${status}, exit code ${exit}.\n`,
    );
  const introduction =
    '# Errors\n\nEvery error has a stable code. The command line prints the code, the message, where it happened and the remedy,\n' +
    'and with `--json` the same as an object; HTTP answers carry it as `{"error": {"code", "message", "remedy", "docs"}}`.\n' +
    'This page is generated from the catalogue (`npm run docs:errors`).\n';
  return [introduction, ...sections].join('\n');
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '../docs/errors.md'), errorsPage());
