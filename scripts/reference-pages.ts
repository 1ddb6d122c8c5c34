// Writes docs/reference/config.md and cli.md from the schemas and commands themselves: `npm run docs:reference`.
// A test fails while a page is out of date.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliPage } from './cli-page.ts';
import { configPage } from './config-page.ts';

const folder = join(import.meta.dirname, '../docs/reference');
writeFileSync(join(folder, 'config.md'), configPage());
writeFileSync(join(folder, 'cli.md'), await cliPage());
