import { FIGURES_HEAD, figureRows } from '../bfcl/figure-rows.ts';
import { CATEGORIES, missingBfcl } from '../bfcl/read-bfcl.ts';
import { runBfcl } from '../bfcl/run-bfcl.ts';
import { openWordOverlap } from '../planners/word-overlap/open-word-overlap.ts';
import { type Chapter, skippedChapter } from './chapter.ts';

const TITLE = 'A public benchmark through the same interface';

/** Functions that the assistant has never seen, through the interface that its planners have. */
export const tellBfcl: Chapter = async ({ dataFolder, onProgress, signal }) => {
  const missing = missingBfcl();
  if (missing !== undefined) return skippedChapter(TITLE, missing);
  onProgress('bfcl: asking');
  const planner = openWordOverlap();
  const figures = await runBfcl({ planner, dataFolder, signal });
  return {
    title: TITLE,
    blocks: [
      {
        kind: 'text',
        text: 'Berkeley Function Calling Leaderboard v4, by its own rules. The planner here is no model: a rule that takes the function which shares most words with the question. It is the floor for a model of your own: `node --conditions=development src/bfcl/bfcl.ts --url URL --model NAME` asks one and keeps its answers. Of irrelevance, right is to call nothing.',
      },
      { kind: 'table', head: FIGURES_HEAD, rows: figureRows(planner.name, figures) },
    ],
    claims: [
      {
        claim: 'every category is scored through the planner interface',
        holds: figures.length === CATEGORIES.length,
        because: `${figures.reduce((sum, { n }) => sum + n, 0)} cases`,
      },
    ],
  };
};
