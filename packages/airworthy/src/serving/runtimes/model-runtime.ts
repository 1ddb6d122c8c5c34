import { PARITY_TOLERANCE } from '../../models/compare-scores.ts';
import type { CompiledModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import { recordsToTable } from '../../models/read-record.ts';
import type { Signature } from '../../models/signature.ts';
import { type Prediction, toPredictions } from '../../models/to-prediction.ts';
import { openScorer, readBundleFile } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { JsonRecord } from '../records/check-records.ts';
import { inSlices } from '../records/in-slices.ts';
import { openModel } from './open-model.ts';
import type { Runtime } from './runtime.ts';
import type { UnprovenRuntime } from './unproven-runtime.ts';

/** A record with the scores it had when the bundle was packed (`outputWidth` numbers). */
interface GoldenPair {
  record: JsonRecord;
  scores: readonly number[];
}

/** Native scoring is float64 like training: anything beyond the last few bits is another model. */
const NATIVE_TOLERANCE = 1e-9;

/** The scores of some records, and how far golden ones may be off. */
interface Scoring {
  score(records: readonly JsonRecord[]): Promise<Float64Array[]>;
  tolerance: number;
}

/** Opens a model of ours, or another program's ONNX graph in a thread of its own. */
export async function openModelRuntime(context: Context, bundle: string): Promise<UnprovenRuntime> {
  const { model, signature, compiled, bytes } = await openModel(context, bundle);
  const { runtime, scoring } = compiled
    ? nativeRuntime(compiled, signature, bytes)
    : await graphRuntime(model, signature, () => readBundleFile(context, bundle, 'model.onnx'));
  return {
    runtime,
    async replay() {
      const golden = await readBundleFile(context, bundle, 'golden.json');
      return firstDifference(scoring, JSON.parse(golden.toString('utf8')).pairs);
    },
  };
}

interface OpenedRuntime {
  runtime: Runtime;
  scoring: Scoring;
}

/** One of our models answers at once, record by record, so that a batch gets exactly what its records get singly. */
function nativeRuntime(
  { model, scoreRecord, scoreTable }: CompiledModel,
  signature: Signature,
  bytes: number,
): OpenedRuntime {
  const { task, threshold } = model;
  // Not the model itself, which would keep its trees in memory beside the compiled ones.
  const answer = threshold === undefined ? { task } : { task, threshold };
  return {
    scoring: { tolerance: NATIVE_TOLERANCE, score: async (records) => records.map(scoreRecord) },
    runtime: {
      kind: 'native',
      signature,
      immediate: true,
      ...(threshold === undefined ? {} : { threshold }),
      memoryBytes: async () => bytes,
      scoreTable: async (table) => scoreTable(table),
      async predict(records) {
        const predictions: Prediction[] = new Array(records.length);
        await inSlices(records.length, (index) => {
          predictions[index] = toPredictions(answer, scoreRecord(records[index]))[0];
        });
        return predictions;
      },
      async close() {},
    },
  };
}

/** Records turned into a table at a stretch, which holds the event loop for a few milliseconds. */
const STRETCH = 2_048;

/** Another program's graph answers from its thread, together with what other requests wait for. */
async function graphRuntime(
  model: Model,
  signature: Signature,
  readOnnx: () => Promise<Uint8Array>,
): Promise<OpenedRuntime> {
  let bytes = 0;
  const scorer = await openScorer(model, async () => {
    const graph = await readOnnx();
    bytes = graph.length;
    return graph;
  });
  const { width } = scorer;
  const scoreAll = async (records: readonly JsonRecord[]) =>
    scorer.scoreTable(recordsToTable(model.fields, records));
  return {
    scoring: {
      tolerance: PARITY_TOLERANCE,
      async score(records) {
        const scores = await scoreAll(records);
        return records.map((_, row) => scores.subarray(row * width, (row + 1) * width));
      },
    },
    runtime: {
      kind: 'onnx',
      signature,
      immediate: false,
      ...(model.threshold === undefined ? {} : { threshold: model.threshold }),
      memoryBytes: async () => bytes,
      scoreTable: async (table) => scorer.scoreTable(table),
      async predict(records) {
        const predictions: Prediction[] = [];
        for (let start = 0; start < records.length; start += STRETCH)
          predictions.push(...toPredictions(model, await scoreAll(records.slice(start, start + STRETCH))));
        return predictions;
      },
      close: async () => scorer[Symbol.asyncDispose](),
    },
  };
}

async function firstDifference(
  { score, tolerance }: Scoring,
  golden: readonly GoldenPair[],
): Promise<string | null> {
  const given = await score(golden.map((pair) => pair.record));
  for (const [index, { scores }] of golden.entries()) {
    const now = given[index];
    const differs = scores.some((score, at) => !(relativeDifference(now[at], score) <= tolerance));
    if (differs || now.length !== scores.length)
      return `golden record ${index} now scores ${[...now].join(', ')}, ${scores.join(', ')} when it was packed`;
  }
  return null;
}

function relativeDifference(now: number, packed: number): number {
  return Math.abs(now - packed) / Math.max(1, Math.abs(packed));
}
