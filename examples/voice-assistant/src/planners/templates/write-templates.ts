// Writes what the packed assistant matches before it asks its model: `node src/planners/templates/write-templates.ts`
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustPassRules } from '../../corpus/must-pass-cases.ts';
import { readTemplates } from './open-templates.ts';

/** What models/templates.json is to hold. */
export function templatesText(): string {
  return `${JSON.stringify(readTemplates({ values: 'all', rules: mustPassRules() }))}\n`;
}

export const TEMPLATES_FILE = join(import.meta.dirname, '../../../models/templates.json');

if (import.meta.main) writeFileSync(TEMPLATES_FILE, templatesText());
