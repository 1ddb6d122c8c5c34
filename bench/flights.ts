// The flight story on all three million rows, written to bench/flights.md with its picture: `npm run bench:flights`.
import { parseArgs } from 'node:util';
import { runStory } from './flights/run-story.ts';

const { values } = parseArgs({ options: { out: { type: 'string' }, keep: { type: 'string' } } });
process.exitCode = await runStory('all', { out: values.out ?? import.meta.dirname, keep: values.keep });
