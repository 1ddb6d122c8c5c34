import { bindTable, type RawColumns, writeFeature } from './evaluate-features.ts';
import { foldLinear, linearMargins } from './evaluate-linear.ts';
import { type FlatTrees, flattenTrees, treeMargins } from './evaluate-trees.ts';
import { applyLink } from './link.ts';
import type { Model } from './model.ts';
import { type NativeModel, requireNative } from './native-model.ts';
import { type FeaturePlan, planFeatures, type Slot } from './plan-features.ts';
import { type RawRecord, readCategory, readNumber } from './read-record.ts';
import { outputWidth, type Table } from './table.ts';

/** A model ready to score, in float64. Not for concurrent use by threads: each compiles its own. */
export interface CompiledModel {
  readonly model: Model;
  /** Numbers a row: 1 for binary (the positive class's probability) and regression, else one a class. */
  readonly width: number;
  /** Scores every row; rows x width, row-major. @throws BAD_ARGUMENT where a column is missing or of another kind. */
  scoreTable(table: Table): Float64Array;
  /** Scores one raw record (timestamps as ISO 8601 or milliseconds). @throws BAD_ARGUMENT where a value cannot be read. */
  scoreRecord(record: RawRecord): Float64Array;
}

/** Rows of a linear model scored together: few enough to stay in the cache. */
const BLOCK = 512;
/** Rows scored by a tree before the next one's turn: enough to make up for fetching its nodes, within this many values. */
const TREE_BLOCK = 2_048;
const TREE_BLOCK_VALUES = 1 << 17;

/** Margins of rows start to start + rows into `margins`, rows x width. */
type Margins = (raw: RawColumns, start: number, rows: number, margins: Float64Array) => void;

/**
 * Prepares a model for scoring: trees as flat typed arrays, categories by one look-up, nothing allocated a node.
 * BAD_ARGUMENT for an ONNX graph, which the ONNX runtime scores.
 *
 * @param flat the model's trees where another thread flattened them; those of the model itself are not looked at then
 * @example
 * const compiled = compileModel(model);
 * compiled.scoreRecord({ date: '2001-02-03T17:40:00Z', distance: 733, origin: 'ORD', destination: 'LGA' }); // [0.21]
 */
export function compileModel(given: Model, flat?: FlatTrees): CompiledModel {
  const model = requireNative(given);
  const plan = planFeatures(model);
  const width = outputWidth(model.task);
  const blockRows = blockOf(model, plan);
  const margins = compileEstimator(model, plan, width, flat);
  const link = model.estimator.kind === 'constant' ? 'identity' : model.estimator.link;
  const isClassifier = model.task.kind !== 'regression';
  const single = plan.slots.map((slot) => (slot.dictionary ? new Int32Array(1) : new Float64Array(1)));
  return {
    model,
    width,
    scoreTable(table) {
      const raw = bindTable(plan, table);
      const scores = new Float64Array(table.rows * width);
      for (let start = 0; start < table.rows; start += blockRows) {
        const rows = Math.min(blockRows, table.rows - start);
        const block = scores.subarray(start * width, (start + rows) * width);
        margins(raw, start, rows, block);
        applyLink(link, isClassifier, block, width);
      }
      return scores;
    },
    scoreRecord(record) {
      for (let slot = 0; slot < single.length; slot++) single[slot][0] = readSlot(plan.slots[slot], record);
      const scores = new Float64Array(width);
      margins(single, 0, 1, scores);
      applyLink(link, isClassifier, scores, width);
      return scores;
    },
  };
}

function blockOf({ estimator }: NativeModel, { features }: FeaturePlan): number {
  if (estimator.kind !== 'trees') return BLOCK;
  return Math.min(TREE_BLOCK, Math.max(BLOCK, Math.floor(TREE_BLOCK_VALUES / features.length)));
}

function readSlot({ field, dictionary }: Slot, record: RawRecord): number {
  const value = record[field.name];
  if (dictionary === null) return readNumber(field, value);
  const category = readCategory(field, value);
  return category === null ? dictionary.missing : (dictionary.indexOf.get(category) ?? dictionary.unseen);
}

function compileEstimator(
  { estimator }: NativeModel,
  plan: FeaturePlan,
  width: number,
  flat: FlatTrees | undefined,
): Margins {
  switch (estimator.kind) {
    case 'constant': {
      // Of its own: what the closures below share would keep the trees in memory beside their flat form.
      const { output } = estimator;
      return (_raw, _start, rows, margins) => {
        for (let row = 0; row < rows; row++) margins.set(output, row * width);
      };
    }
    case 'linear': {
      const terms = foldLinear(plan, estimator);
      const scratch = new Float64Array(BLOCK);
      return (raw, start, rows, margins) => linearMargins(terms, raw, start, rows, scratch, margins);
    }
    case 'trees': {
      const trees = flat ?? flattenTrees(estimator);
      const count = plan.features.length;
      let block = new Float64Array(count);
      return (raw, start, rows, margins) => {
        // Most models only ever score records, which need no room for more.
        if (block.length < rows * count) block = new Float64Array(rows * count);
        for (let index = 0; index < count; index++) {
          const feature = plan.features[index];
          writeFeature(feature, raw[feature.slot], start, rows, block, index, count);
        }
        treeMargins(trees, block, count, rows, margins);
      };
    }
  }
}
