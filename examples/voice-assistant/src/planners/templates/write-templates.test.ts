import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { TEMPLATES_FILE, templatesText } from './write-templates.ts';

test('models/templates.json holds what the authors wrote (else: node src/planners/templates/write-templates.ts)', () => {
  assert.equal(readFileSync(TEMPLATES_FILE, 'utf8'), templatesText());
});
