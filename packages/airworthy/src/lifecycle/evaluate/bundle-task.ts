import type { EvaluationCase, Task, TaskContext, TaskOutput } from '../../evaluation/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { contentKey } from '../../kernel/ids.ts';
import { isRecord } from '../../kernel/is-record.ts';
import { recordsToTable } from '../../models/read-record.ts';
import type { Signature } from '../../models/signature.ts';
import type { FieldKind } from '../../models/table.ts';
import { toPredictions } from '../../models/to-prediction.ts';
import { openBundle, openScorer, readBundleFile, readManifest } from '../../registry/index.ts';
import { createRecordCheck, loadRelease, type RecordCheck } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';

/** What a task with a packed model is, for its record. */
export interface BundleOrigin {
  bundle: string;
  model?: string;
  version?: number;
  endpoint?: string;
}

/**
 * A packed model or service as a task: a case's input is a record with at least the fields of its signature, the output its
 * prediction. Records are scored many at once by models, one at a time by services.
 */
export async function bundleTask(context: Context, name: string, origin: BundleOrigin): Promise<Task> {
  const { files } = await readManifest(context, origin.bundle);
  const answering = files.some(({ path }) => path === 'runtime.json')
    ? await openService(context, name, origin)
    : await openModel(context, origin);
  return {
    name,
    digest: contentKey({ kind: 'bundle', bundle: origin.bundle }),
    spec: { kind: 'bundle', ...origin },
    ...answering,
  };
}

type Answering = Pick<Task, 'run' | 'runBatch' | 'close'>;

/** A function, a program, another server: whatever answers records behind an endpoint, in processes of this task. */
async function openService(context: Context, name: string, origin: BundleOrigin): Promise<Answering> {
  const { bundle, model = name, version = 0 } = origin;
  const { runtime, signature, check } = await loadRelease(context, { bundle, model, version });
  return {
    async run(each, { signal }) {
      const record = recordOf(each, signature.fields, check);
      const [answer] = await runtime.predict([record], { signal });
      return { value: 'output' in answer ? answer.output : answer };
    },
    close: () => runtime.close(),
  };
}

async function openModel(context: Context, origin: BundleOrigin): Promise<Answering> {
  const { model, signature } = await openBundle(context, origin.bundle);
  const readOnnx = () => readBundleFile(context, origin.bundle, 'model.onnx');
  const scorer = await openScorer(model, readOnnx, { signal: context.signal });
  const check = createRecordCheck(signature);
  const answer =
    model.threshold === undefined ? { task: model.task } : { task: model.task, threshold: model.threshold };

  async function runBatch(cases: readonly EvaluationCase[], { signal }: TaskContext): Promise<TaskOutput[]> {
    signal.throwIfAborted();
    const table = recordsToTable(
      model.fields,
      cases.map((each) => recordOf(each, signature.fields, check)),
    );
    const predictions = toPredictions(answer, await scorer.scoreTable(table));
    return predictions.map((value) => ({ value }));
  }

  return {
    runBatch,
    run: async (each, taskContext) => (await runBatch([each], taskContext))[0],
    close: async () => scorer[Symbol.asyncDispose](),
  };
}

/** @throws RECORD_INVALID naming the case and what is wrong with it */
function recordOf(
  { id, input }: EvaluationCase,
  fields: Signature['fields'],
  check: RecordCheck,
): Record<string, unknown> {
  if (!isRecord(input))
    throw new AirworthyError('RECORD_INVALID', { message: `case "${id}": its input is no record` });
  // A row of a dataset has more columns than the model takes: the target, ids.
  const known = fields.filter((field) => Object.hasOwn(input, field.name));
  const record = Object.fromEntries(known.map(({ name, kind }) => [name, asJson(input[name], kind)]));
  const [problem] = check(record);
  if (problem === undefined) return record;
  throw new AirworthyError('RECORD_INVALID', {
    message: `case "${id}": ${problem.field} ${problem.problem}`.trim(),
    at: problem.field,
  });
}

/** Cells of a CSV file are text, whatever they say; what is no number stays text, and is refused as such. */
function asJson(value: unknown, kind: FieldKind): unknown {
  if (typeof value !== 'string' || kind === 'category' || kind === 'timestamp') return value;
  const text = value.trim();
  if (text === '') return null;
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : value;
  const number = Number(text);
  return Number.isFinite(number) ? number : value;
}
