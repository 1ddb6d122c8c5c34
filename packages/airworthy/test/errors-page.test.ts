import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { errorsPage } from '../../../scripts/errors-page.ts';

test('docs/errors.md says what the catalogue says (else: npm run docs:errors)', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/errors.md'), 'utf8');
  assert.equal(page, errorsPage());
});
