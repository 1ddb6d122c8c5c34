import { writeFileSync } from 'node:fs';
import { toDocs } from './to-docs.ts';

writeFileSync(new URL('../../SKILLS.md', import.meta.url), toDocs());
