// January ships, five months fly: the loop beside a frozen model and blind retraining, and faults it must notice.
// `npm run story:flights`, on the sample of a tenth; `-- --out FOLDER` writes the page and its picture, `--keep FOLDER` keeps the records.
import { parseArgs } from 'node:util';
import { runStory } from '../../bench/flights/run-story.ts';

const { values } = parseArgs({ options: { out: { type: 'string' }, keep: { type: 'string' } } });
process.exitCode = await runStory('sample', values);
