import { z } from 'zod';
import { checkInput } from '../../kernel/check-input.ts';
import { StoredText } from '../../kernel/stored-text.ts';
import type { Context } from '../../store/ports.ts';
import { insertInChunks } from '../../store/sql/insert-in-chunks.ts';
import { storeValue } from '../metrics/metric-value.ts';
import { writeBatch } from '../runs/batch-queue.ts';
import { toBatch } from '../runs/log-batch.ts';
import { MetricInput, RunBatch } from '../schema.ts';
import { requireLoggedModel } from './logged-model-rows.ts';

const DatasetText = StoredText.max(500).default('');

/** A metric point of a run that measures a logged model, perhaps on a dataset. */
export const ModelMetricInput = MetricInput.extend({
  model: z.string().min(1).max(256),
  datasetName: DatasetText,
  datasetDigest: DatasetText,
});
export type ModelMetricInput = z.input<typeof ModelMetricInput>;

/**
 * As `logBatch`, with points that are a logged model's too; these are among the batch's metrics as well. All or none,
 * and sent again it changes nothing. Throws LOGGED_MODEL_NOT_FOUND besides what `logBatch` throws.
 */
export async function logModelMetrics(
  context: Context,
  run: string,
  batch: RunBatch,
  points: readonly ModelMetricInput[],
): Promise<void> {
  const ofRun = toBatch(run, checkInput('logModelMetrics', RunBatch, batch));
  const checked = checkInput('logModelMetrics', z.array(ModelMetricInput), points);
  const { store, project, clock } = context;
  await store.database.write(async (sql) => {
    await writeBatch(context, sql, ofRun);
    for (const model of new Set(checked.map((point) => point.model)))
      await requireLoggedModel(sql, project, model);
    const now = clock.now();
    const rows = checked.map((point) => ({
      project,
      model: point.model,
      run,
      key: point.key,
      step: point.step,
      time: point.time ?? now,
      ...storeValue(point.value),
      dataset_name: point.datasetName,
      dataset_digest: point.datasetDigest,
    }));
    await insertInChunks(sql, rows, (chunk) =>
      sql
        .insertInto('logged_model_metric')
        .values(chunk)
        .onConflict((conflict) => conflict.doNothing()),
    );
  });
}
