import type { Output as Answer } from '../../models/to-prediction.ts';
import { addErrorEstimate, createErrorSums } from '../../stats/label-free/error-sums.ts';
import { addScore, createScoreBins, type ScoreBins } from '../../stats/sketches/score-bins.ts';
import { createNameCounter, type NameCounter } from './frequent-names.ts';
import { LAST_BUCKET, type LatencyCounts, latencyBucketOf } from './latency.ts';
import {
  type CategoryLayout,
  type Layout,
  type NumberLayout,
  placeOfMissing,
  placeOfNumber,
} from './layout.ts';
import { type ColumnCounts, emptySketch, type WindowSketch } from './window-sketch.ts';

type JsonRecord = Readonly<Record<string, unknown>>;

/** Counts predictions of one version, a few microseconds each, until what it has counted is taken. */
export interface Accumulator {
  observe(record: JsonRecord, prediction: Answer, latencyUs: number): void;
  /** What was observed since the last time. */
  take(): WindowSketch;
}

/**
 * @example
 * const accumulator = createAccumulator(createLayout(model, profile));
 * accumulator.observe({ distance: 733 }, { label: true, probability: 0.6 }, 250);
 * accumulator.take().predictions; // 1
 */
export function createAccumulator(layout: Layout): Accumulator {
  const columns = layout.columns?.map(createColumnCounter) ?? null;
  const output = createOutputCounter(layout);
  const latency = new Float64Array(LAST_BUCKET + 1);
  let predictions = 0;
  return {
    observe(record, prediction, latencyUs) {
      predictions += 1;
      latency[latencyBucketOf(latencyUs)] += 1;
      if (columns !== null) for (const column of columns) column.add(record[column.name]);
      output.add(record, prediction);
    },
    take() {
      const taken: WindowSketch = {
        ...emptySketch(),
        predictions,
        columns: columns?.map((column) => column.take()) ?? null,
        ...output.take(),
        latency: takeSparse(latency),
      };
      predictions = 0;
      return taken;
    },
  };
}

interface ColumnCounter {
  readonly name: string;
  add(value: unknown): void;
  take(): ColumnCounts;
}

function createColumnCounter(layout: NonNullable<Layout['columns']>[number]): ColumnCounter {
  if (layout.kind === 'number') return createNumberCounter(layout);
  if (layout.kind === 'category') return createCategoryCounter(layout);
  const counts = new Float64Array(layout.places);
  return {
    name: layout.name,
    add(value) {
      counts[value === null || value === undefined ? 1 : 0] += 1;
    },
    take: () => ({ counts: takeCounts(counts) }),
  };
}

function createNumberCounter(layout: NumberLayout): ColumnCounter {
  const { name, center, scale } = layout;
  const counts = new Float64Array(layout.places);
  const missing = placeOfMissing(layout);
  let [rows, sum, squares] = [0, 0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return {
    name,
    add(value) {
      const number =
        typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : Number.NaN;
      if (Number.isNaN(number)) {
        counts[missing] += 1;
        return;
      }
      counts[placeOfNumber(layout, number)] += 1;
      if (!Number.isFinite(number)) return;
      const z = (number - center) / scale;
      rows += 1;
      sum += z;
      squares += z * z;
      if (number < min) min = number;
      if (number > max) max = number;
    },
    take() {
      const sums = { rows, sum, squares, min: min <= max ? min : null, max: min <= max ? max : null };
      [rows, sum, squares, min, max] = [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      return { counts: takeCounts(counts), sums };
    },
  };
}

function createCategoryCounter({ name, placeOf, places, top, unknown }: CategoryLayout): ColumnCounter {
  const counts = new Float64Array(places);
  const unseenPlace = top.length + 1;
  const missing = places - 1;
  const names: NameCounter = createNameCounter();
  return {
    name,
    add(value) {
      if (typeof value !== 'string' || value === '') {
        counts[missing] += 1;
        return;
      }
      const place = placeOf.get(value) ?? unknown;
      counts[place] += 1;
      if (place === unseenPlace) names.add(value);
    },
    take: () => ({ counts: takeCounts(counts), unseen: names.take() }),
  };
}

type Output = Pick<WindowSketch, 'scores' | 'values' | 'errors'>;

interface OutputCounter {
  add(record: JsonRecord, prediction: Answer): void;
  take(): Output;
}

function createOutputCounter(layout: Layout): OutputCounter {
  const { task } = layout;
  if (task === null) return NOTHING_TO_COUNT;
  return task.kind === 'regression' ? createValueCounter(layout) : createScoreCounter(task.classes);
}

const NOTHING_TO_COUNT: OutputCounter = {
  add() {},
  take: () => ({ scores: null, values: null, errors: null }),
};

function createScoreCounter(classes: readonly string[]): OutputCounter {
  const labels = new Map(classes.map((label, index) => [label, index]));
  let scores: ScoreBins = createScoreBins(classes);
  return {
    add(_record, prediction) {
      if (!('label' in prediction)) return;
      const label = String(prediction.label);
      const index = labels.get(label);
      const probability =
        'probability' in prediction ? prediction.probability : prediction.probabilities[label];
      if (index !== undefined && probability >= 0 && probability <= 1) addScore(scores, index, probability);
    },
    take() {
      const taken = scores;
      scores = createScoreBins(classes);
      return { scores: taken, values: null, errors: null };
    },
  };
}

function createValueCounter({ value, errors }: Layout): OutputCounter {
  const values = value && createNumberCounter(value);
  const noErrors = () => errors && createErrorSums(errors.scale);
  let sums = noErrors();
  return {
    add(record, prediction) {
      if (!('value' in prediction)) return;
      values?.add(prediction.value);
      if (errors === null || sums === null) return;
      const error = errors.estimate(record);
      if (Number.isFinite(error)) addErrorEstimate(sums, error);
    },
    take() {
      const taken = sums;
      sums = noErrors();
      return { scores: null, values: values?.take() ?? null, errors: taken };
    },
  };
}

function takeCounts(counts: Float64Array): number[] {
  const taken = Array.from(counts);
  counts.fill(0);
  return taken;
}

function takeSparse(counts: Float64Array): LatencyCounts {
  const taken: LatencyCounts = {};
  counts.forEach((count, bucket) => {
    if (count > 0) taken[bucket] = count;
  });
  counts.fill(0);
  return taken;
}
