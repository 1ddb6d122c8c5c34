import { figure } from '../../kernel/figures.ts';
import type { Table } from '../../models/table.ts';
import {
  agreement,
  distrust,
  fieldNearness,
  fitLocalModel,
  type LocalModel,
  strongest,
} from '../../stats/explain/local-model.ts';
import { binOf, quantileEdges } from '../../stats/quantile-edges.ts';
import { createRandom, type Random } from '../../stats/random.ts';
import type { Context } from '../../store/ports.ts';
import { type Aspect, aspectsOf, aspectValues } from './aspects.ts';
import { type Explained, type ExplainRequest, predictionUnits } from './explain-request.ts';
import { type ModelQuestions, openQuestions } from './model-questions.ts';
import type { LimeResult } from './schema.ts';
import { emptyRaw, rawOf, showRecord, withRaw } from './tables.ts';

const SAMPLES = 5_000;
const QUARTILES = 4;
/** Terms whose order two seeds must agree on. */
const STRONGEST = 5;

export const LOCAL_CAVEAT =
  'LIME fits a simple model to what this one says near a row; it is not the model, and another seed gives other weights. It is shown only where it fits and two seeds agree.';

/** A question with yes or no that the local model is made of: is this aspect as it is in the row? */
interface Term {
  name: string;
  field: string;
  /** By background row whether it is as the row. */
  same: Uint8Array;
}

/**
 * LIME for tables (Ribeiro et al. 2016): 5,000 samples whose fields are drawn from the background one by one, described by
 * whether each is as in the row (the same quarter of the values, the same category), and a ridge regression weighted by
 * nearness. Done with two seeds; refused with a reason where it fits badly or the seeds disagree.
 */
export async function explainLocally(context: Context, request: ExplainRequest): Promise<Explained> {
  const { model, rows, background, scorer, output, spec } = request;
  const planned = rows.rows * 2 * SAMPLES;
  const questions = openQuestions(context, { scorer, output, planned, cap: spec.maxCalls });
  const aspects = aspectsOf(model, spec.fields);
  const explained: LimeResult['rows'] = [];
  for (let row = 0; row < rows.rows; row++) {
    const terms = aspects.map((aspect) => termOf(aspect, request, row));
    const fitted: { local: LocalModel; output: number }[] = [];
    for (const seed of [spec.seed, spec.seed + 1]) {
      const random = createRandom(seed).fork(`row ${row}`);
      fitted.push(await fitAround(request, row, terms, random, questions));
    }
    explained.push({
      row: request.numbers[row],
      record: showRecord(model.fields, rows, row),
      output: fitted[0].output,
      ...judgeLocal(terms, fitted[0].local, fitted[1].local),
    });
  }
  questions.end();
  const result: LimeResult = { kind: 'lime', of: 'fields', units: predictionUnits(model), rows: explained };
  return {
    result,
    calls: questions.calls(),
    caveats: [LOCAL_CAVEAT],
    backgroundRows: background.rows,
  };
}

/** What is shown of a local model, given another made with a second seed. */
export function judgeLocal(
  terms: readonly Pick<Term, 'name' | 'field'>[],
  first: LocalModel,
  second: LocalModel,
): Pick<
  LimeResult['rows'][number],
  'shown' | 'reason' | 'r2' | 'localPrediction' | 'intercept' | 'stability' | 'terms'
> {
  // Where all terms are among the strongest, agreement would be of signs alone.
  const most = Math.max(1, Math.min(STRONGEST, Math.ceil(terms.length / 2)));
  const stability = agreement(first.coefficients, second.coefficients, most);
  const reason = distrust(Math.min(first.r2, second.r2), stability);
  const { r2, localPrediction, intercept } = first;
  return {
    shown: reason === null,
    reason,
    ...{ r2, localPrediction, intercept, stability },
    terms:
      reason === null
        ? strongest(first.coefficients, terms.length).map((at) => ({
            name: terms[at].name,
            field: terms[at].field,
            weight: first.coefficients[at],
          }))
        : [],
  };
}

function termOf(aspect: Aspect, { rows, background }: ExplainRequest, row: number): Term {
  const value = aspectValues(aspect, rows)[row];
  const values = aspectValues(aspect, background);
  const { name, field } = aspect;
  if (Number.isNaN(value)) {
    const same = Uint8Array.from(values, (other) => Number(Number.isNaN(other)));
    return { name: `${name} is missing`, field: field.name, same };
  }
  if (field.kind === 'category' || field.kind === 'boolean' || aspect.part === 'weekday') {
    const column = rows.columns[field.name];
    const shown = column.kind === 'category' ? column.categories[value] : String(value);
    return {
      name: `${name} = ${shown}`,
      field: field.name,
      same: Uint8Array.from(values, (other) => Number(other === value)),
    };
  }
  const edges = quantileEdges(values, QUARTILES);
  const bin = binOf(edges, value);
  const same = Uint8Array.from(values, (other) =>
    Number(!Number.isNaN(other) && binOf(edges, other) === bin),
  );
  return {
    name: `${name} ${rangeOf(edges, bin, field.kind === 'timestamp' && aspect.part === null)}`,
    field: field.name,
    same,
  };
}

function rangeOf(edges: readonly number[], bin: number, isTime: boolean): string {
  const show = (value: number) => (isTime ? new Date(value).toISOString() : figure(value));
  if (edges.length === 0) return 'as ever';
  if (bin === 0) return `below ${show(edges[0])}`;
  if (bin === edges.length) return `from ${show(edges[bin - 1])}`;
  return `from ${show(edges[bin - 1])} to ${show(edges[bin])}`;
}

/** The first sample is the row itself. */
async function fitAround(
  { model, rows, background }: ExplainRequest,
  row: number,
  terms: readonly Term[],
  random: Random,
  questions: ModelQuestions,
): Promise<{ local: LocalModel; output: number }> {
  const presence = new Uint8Array(SAMPLES * terms.length).fill(1, 0, terms.length);
  const columns: Table['columns'] = {};
  for (const { name } of model.fields) {
    const drawn = Int32Array.from({ length: SAMPLES }, () => random.integer(background.rows));
    const column = background.columns[name];
    const from = rawOf(column);
    const raw = emptyRaw(column, SAMPLES);
    for (let sample = 1; sample < SAMPLES; sample++) raw[sample] = from[drawn[sample]];
    raw[0] = rawOf(rows.columns[name])[row];
    columns[name] = withRaw(column, raw);
    for (const [at, term] of terms.entries()) {
      if (term.field !== name) continue;
      for (let sample = 1; sample < SAMPLES; sample++)
        presence[sample * terms.length + at] = term.same[drawn[sample]];
    }
  }
  const outputs = await questions.ask({ rows: SAMPLES, columns });
  const weights = fieldNearness(presence, terms.length);
  return { local: fitLocalModel({ presence, features: terms.length, outputs, weights }), output: outputs[0] };
}
