// Trains a linear planner on authors and, where named, on what reviewers corrected:
// `node src/production/learn.ts --authors a --corrections week-1 --data FOLDER --out FOLDER`,
// with `--share 0.1` on one sentence in ten of the authors.
import { parseArgs } from 'node:util';
import { openApp } from 'airworthy';
import { getVersion, readTable } from 'airworthy/data';
import { expandSentences } from '../corpus/expand-sentences.ts';
import { PROJECT } from '../journey/run-airworthy.ts';
import { LINEAR_FIXES, type TaggedSentence, trainLinear } from '../planners/linear/train-linear.ts';
import type { Call } from '../skills/skill.ts';
import { labelSentence } from './label-sentence.ts';
import { writeVersion } from './write-version.ts';

/** How often a corrected sentence is learnt for each time that another is. */
const EMPHASIS = 3;

const { values } = parseArgs({
  options: {
    authors: { type: 'string' },
    corrections: { type: 'string' },
    data: { type: 'string' },
    share: { type: 'string' },
    out: { type: 'string' },
  },
});
const { authors = 'a', corrections, data = '', share = '1', out = '.' } = values;

const all = expandSentences({ authors: authors.split(','), perTemplate: 6, values: 'all' });
const written = all.filter((_, index) => index % Math.round(1 / Number(share)) === 0);
const { corrected, trainedOn } =
  corrections === undefined ? { corrected: [], trainedOn: [] } : await readCorrections(data, corrections);
const model = trainLinear([...written, ...Array.from({ length: EMPHASIS }, () => corrected).flat()], {
  fixes: LINEAR_FIXES,
});
console.log(
  JSON.stringify({
    step: 1,
    sentences: written.length,
    corrected: corrected.length,
    weights: model.facts.weights,
  }),
);
console.log(writeVersion(out, model, trainedOn));

/** The rows of a reviewed queue that say what a sentence should have become, and the version that they are of. */
async function readCorrections(
  dataFolder: string,
  dataset: string,
): Promise<{ corrected: TaggedSentence[]; trainedOn: string[] }> {
  await using app = await openApp({ folder: PROJECT, dataFolder });
  const version = await getVersion(app.context, dataset);
  const { rows, columns } = await readTable(app.context, version, { columns: ['input', 'expected'] });
  const cell = (name: string, row: number) => {
    const column = columns[name];
    return column.kind === 'category' ? column.categories[column.codes[row]] : undefined;
  };
  const corrected = Array.from({ length: rows }, (_, row) => row).flatMap((row) => {
    const { text } = JSON.parse(cell('input', row) ?? '{}') as { text?: string };
    const [call] = JSON.parse(cell('expected', row) ?? '[]') as Call[];
    const sentence = text !== undefined && call !== undefined ? labelSentence(text, call) : null;
    return sentence === null ? [] : [sentence];
  });
  // Rows lie in the order of random ids; the same corrections are to give the same model.
  const ordered = corrected.toSorted((one, other) =>
    one.tokens.join(' ').localeCompare(other.tokens.join(' ')),
  );
  return { corrected: ordered, trainedOn: [`${dataset}@${version.number}`] };
}
