import {
  EXPLANATION_METHODS,
  type Explanation,
  type ExplanationSpecInput,
  SHAP_ALGORITHMS,
} from '../../evaluation/index.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { explainModel } from '../../lifecycle/explain-model.ts';
import type { Call, CommandSpec } from '../command.ts';
import { describeExplanation } from '../describe-explanation.ts';
import { wholeNumber } from '../whole-number.ts';

export const explain: CommandSpec = {
  usage: 'explain [model]',
  summary: 'why a model predicts what it does',
  about:
    'MODEL is name, name@alias or name@version (default: the project’s own, where its alias points). Held-back rows are explained against background rows from the training data. What it will ask the model for is counted first. The answer is kept: the same question costs nothing again.',
  options: [
    {
      flags: '--method <method>',
      about:
        'shap (what each field adds to a prediction), permutation (what the model loses without a field), pdp, ice, ale (how predictions move with a field), lime, lime-text',
      choices: EXPLANATION_METHODS,
      default: 'shap',
    },
    {
      flags: '--algorithm <algorithm>',
      about: 'how Shapley values are computed; the exact one for the model where absent',
      choices: ['auto', ...SHAP_ALGORITHMS],
    },
    {
      flags: '--row <number>',
      about: 'a held-back row, from 0; may be given again',
      parse: collectWholeNumbers,
    },
    { flags: '--record <json>', about: 'a record of your own, or a list of them' },
    {
      flags: '--sample <rows>',
      about: 'how many held-back rows, drawn with the seed',
      parse: wholeNumber(1, 10000),
    },
    {
      flags: '--field <name>',
      about: 'only this field, such as date.hour; may be given again',
      parse: collect,
    },
    {
      flags: '--group <fields>',
      about: 'permutation: fields, split by commas, that are shuffled together; may be given again',
      parse: collect,
    },
    { flags: '--class <name>', about: 'of many classes, the one whose probability is explained' },
    { flags: '--metric <name>', about: 'permutation: what is measured' },
    {
      flags: '--background <rows>',
      about: 'with how many rows a prediction is compared',
      parse: wholeNumber(1, 1000),
    },
    {
      flags: '--budget <sets>',
      about: 'how many sets of fields are tried a row, where they are sampled',
      parse: wholeNumber(16, 100000),
    },
    {
      flags: '--seed <number>',
      about: 'the same seed gives the same answer',
      parse: wholeNumber(0, Number.MAX_SAFE_INTEGER),
    },
    {
      flags: '--max-calls <number>',
      about: 'refuse what would ask the model for more predictions',
      parse: wholeNumber(1, Number.MAX_SAFE_INTEGER),
    },
  ],
  examples: [
    ['airworthy explain', 'what each field adds, over a sample of held-back rows'],
    ['airworthy explain flight-delays@champion --row 17', 'one held-back row'],
    [
      'airworthy explain --method permutation --group origin,destination',
      'what the model loses without fields',
    ],
    ['airworthy explain --method pdp --field date.hour --json', 'how predictions move with the hour'],
  ],
  writes: 'through server',
  run: explainFrom,
};

/** For an option that may be given again. */
function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

const heldBackRow = wholeNumber(0, 2 ** 31 - 1);

function collectWholeNumbers(text: string, before: readonly number[] = []): number[] {
  return [...before, heldBackRow(text)];
}

async function explainFrom(call: Call): Promise<number> {
  const spec = specOf(call);
  await using app = await call.openApp();
  const reference = call.args[0] ?? app.project.model;
  const explanation = await explainModel(app.context, app.project, reference, spec);
  call.print(explanation, () => describeExplanation(explanation));
  return EXIT.ok;
}

function specOf({ options }: Call): ExplanationSpecInput {
  const { method, algorithm, row, record, sample, field, group, metric, background, budget, seed, maxCalls } =
    options;
  const groups = (group as string[] | undefined)?.map((names) => names.split(',').map((name) => name.trim()));
  const given = {
    ...{ method, algorithm, sample, metric, background, budget, seed, maxCalls, groups },
    class: options.class,
    rows: row,
    records: record === undefined ? undefined : readRecords(record as string),
    fields: field,
  };
  const asked = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(asked) as Explanation['spec'];
}

function readRecords(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch (error) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `--record is not JSON: ${(error as Error).message}`,
      remedy: 'Give a JSON object or a list of them; in a shell, put it in single quotes.',
    });
  }
}
