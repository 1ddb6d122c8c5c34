import { z } from 'zod';
import { isRecord } from '../../kernel/is-record.ts';
import type { Context } from '../../store/ports.ts';
import {
  deleteRun,
  deleteTag,
  type Experiment,
  type FoundRun,
  findRun,
  getExperiment,
  getRun,
  linkRunModels,
  listRunDatasets,
  listRunModels,
  logBatch,
  logDatasets,
  MLFLOW_RUN_GRAMMAR,
  NAME_TAG,
  parseFilter,
  parseOrderBy,
  recordModel,
  restoreRun,
  searchRuns,
  setTags,
  startRun,
  updateRun,
} from '../../tracking/index.ts';
import {
  entityName,
  experimentNumber,
  maxResults,
  pairsOf,
  RUN_PARAM_LENGTH,
  RUN_TAG_LENGTH,
  valueCutTo,
} from './limits.ts';
import { MlflowError } from './mlflow-error.ts';
import { namedRun, RUN_FIELDS } from './named-run.ts';
import { After, readPageToken, writePageToken } from './page-token.ts';
import { type MlflowRpc, rpc } from './rpc.ts';
import { RunStatus, runInfoMessage, runMessage, statusFromWire } from './run-message.ts';
import { lifecycleOf, ViewType } from './view-type.ts';
import { id, int64, keyValues, list, message, requiredText, text, toRecord } from './wire.ts';

/** MLflow’s; others may name their data by longer ones. */
const DIGEST_LENGTH = 36;
const PARENT_TAG = 'mlflow.parentRunId';

const one = z.object({ ...RUN_FIELDS });

const createRun = rpc({
  method: 'POST',
  version: '2.0',
  path: 'runs/create',
  request: z.object({
    experiment_id: id.default('0'),
    user_id: text.default(''),
    run_name: text.optional(),
    start_time: int64.optional(),
    tags: pairsOf(valueCutTo(RUN_TAG_LENGTH)),
  }),
  run: async ({ context }, { experiment_id, user_id, run_name, start_time, tags }) => {
    const number = experimentNumber(experiment_id);
    const { [NAME_TAG]: tagged = '', ...others } = tags;
    const name = settleName(run_name, tagged);
    const experiment = await getExperiment(context, { number });
    const parent = await knownParent(context, tags[PARENT_TAG]);
    const run = await startRun(context, {
      experimentNumber: number,
      tags: others,
      userId: user_id,
      ...(name === '' ? {} : { name }),
      ...(start_time === undefined ? {} : { startedAt: start_time }),
      ...(parent === undefined ? {} : { parent }),
    });
    return { run: runMessage(run, { experiment, params: {}, tags: others, metrics: [] }) };
  },
});

const updateOne = rpc({
  method: 'POST',
  version: '2.0',
  path: 'runs/update',
  request: z.object({
    ...RUN_FIELDS,
    status: RunStatus.optional(),
    end_time: int64.optional(),
    run_name: text.optional(),
  }),
  run: async ({ context }, { status, end_time, run_name, ...named }) => {
    const run = await updateRun(context, namedRun(named), {
      ...(status === undefined ? {} : { status: statusFromWire(status) }),
      ...(end_time === undefined ? {} : { endedAt: end_time }),
      ...(run_name === undefined || run_name === '' ? {} : { name: run_name }),
    });
    return { run_info: runInfoMessage(run, await getExperiment(context, { name: run.experiment })) };
  },
});

const deleteOne = rpc({
  method: 'POST',
  version: '2.0',
  path: 'runs/delete',
  request: one,
  run: async ({ context }, named) => {
    await deleteRun(context, namedRun(named));
    return {};
  },
});

const restoreOne = rpc({
  method: 'POST',
  version: '2.0',
  path: 'runs/restore',
  request: one,
  run: async ({ context }, named) => {
    await restoreRun(context, namedRun(named));
    return {};
  },
});

const getOne = rpc({
  method: 'GET',
  version: '2.0',
  path: 'runs/get',
  request: one,
  run: async ({ context }, named) => {
    const run = await getRun(context, namedRun(named));
    return { run: (await runMessages(context, [run]))[0] };
  },
});

const search = rpc({
  method: 'POST',
  version: '2.0',
  path: 'runs/search',
  request: z.object({
    experiment_ids: list(id),
    filter: text.default(''),
    run_view_type: ViewType.default('ACTIVE_ONLY'),
    max_results: maxResults(50_000, 1_000),
    order_by: list(text),
    page_token: text.optional(),
  }),
  run: async ({ context }, { experiment_ids, filter, run_view_type, max_results, order_by, page_token }) => {
    const after = readPageToken(page_token, After);
    const { runs, next } = await searchRuns(context, {
      experiments: experiment_ids.map(experimentNumber),
      clauses: parseFilter(filter, MLFLOW_RUN_GRAMMAR),
      orderBy: parseOrderBy(order_by, MLFLOW_RUN_GRAMMAR),
      lifecycle: lifecycleOf(run_view_type),
      limit: max_results,
      ...(after === undefined ? {} : { after }),
    });
    return {
      runs: await runMessages(context, runs),
      next_page_token: writePageToken(next),
    };
  },
});

const setTag = rpc({
  method: 'POST',
  version: '2.0',
  path: 'runs/set-tag',
  request: z.object({ ...RUN_FIELDS, key: entityName, value: valueCutTo(RUN_TAG_LENGTH) }),
  run: async ({ context }, { key, value, ...named }) => {
    await setTags(context, namedRun(named), { [key]: value });
    return {};
  },
});

const deleteOneTag = rpc({
  method: 'POST',
  version: '2.0',
  path: 'runs/delete-tag',
  request: z.object({ ...RUN_FIELDS, key: requiredText }),
  run: async ({ context }, { key, ...named }) => {
    await deleteTag(context, namedRun(named), key);
    return {};
  },
});

const logParameter = rpc({
  method: 'POST',
  version: '2.0',
  path: 'runs/log-parameter',
  request: z.object({ ...RUN_FIELDS, key: entityName, value: valueCutTo(RUN_PARAM_LENGTH) }),
  run: async ({ context }, { key, value, ...named }) => {
    await logBatch(context, namedRun(named), { params: { [key]: value } });
    return {};
  },
});

/** Of old clients and R: a model's description goes into a tag of its run. */
const logModel = rpc({
  method: 'POST',
  version: '2.0',
  path: 'runs/log-model',
  request: z.object({ ...RUN_FIELDS, model_json: requiredText }),
  run: async ({ context }, { model_json, ...named }) => {
    await recordModel(context, namedRun(named), readModelJson(model_json));
    return {};
  },
});

const logInputs = rpc({
  method: 'POST',
  version: '2.0',
  path: 'runs/log-inputs',
  request: z.object({
    ...RUN_FIELDS,
    datasets: list(
      message({
        tags: keyValues,
        dataset: message({
          name: requiredText,
          digest: requiredText.max(
            DIGEST_LENGTH,
            `It exceeds the maximum length of ${DIGEST_LENGTH} characters`,
          ),
          source_type: requiredText,
          source: text.default(''),
          schema: text.optional(),
          profile: text.optional(),
        }),
      }),
    ),
    models: list(message({ model_id: requiredText })),
  }),
  run: async ({ context }, { datasets, models, ...named }) => {
    const run = namedRun(named);
    await logDatasets(
      context,
      run,
      datasets.map(({ tags, dataset: { source_type, schema = null, profile = null, ...dataset } }) => ({
        ...dataset,
        sourceType: source_type,
        schema,
        profile,
        tags: toRecord(tags),
      })),
    );
    await linkRunModels(
      context,
      run,
      models.map(({ model_id }) => ({ model: model_id, direction: 'input' })),
    );
    return {};
  },
});

const logOutputs = rpc({
  method: 'POST',
  version: '2.0',
  path: 'runs/outputs',
  request: z.object({
    ...RUN_FIELDS,
    models: list(message({ model_id: requiredText, step: int64.default(0) })),
  }),
  run: async ({ context }, { models, ...named }) => {
    await linkRunModels(
      context,
      namedRun(named),
      models.map(({ model_id, step }) => ({ model: model_id, direction: 'output', step })),
    );
    return {};
  },
});

export const RUN_RPCS: readonly MlflowRpc[] = [
  createRun,
  updateOne,
  deleteOne,
  restoreOne,
  getOne,
  search,
  setTag,
  deleteOneTag,
  logParameter,
  logModel,
  logInputs,
  logOutputs,
];

/** The name may come as a field or as a tag, but not as both and different. */
function settleName(field = '', tag = ''): string {
  if (field === '' || tag === '' || field === tag) return field || tag;
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values ` +
      `(run_name='${field}', mlflow.runName='${tag}').`,
  );
}

/** Clients name the run above a nested one by a tag, which may say anything. */
async function knownParent(
  { store, project }: Context,
  tag: string | undefined,
): Promise<string | undefined> {
  if (tag === undefined) return undefined;
  return (await findRun(store.database.sql, project, tag))?.id;
}

function readModelJson(text: string): Record<string, unknown> {
  let model: unknown;
  try {
    model = JSON.parse(text);
  } catch {
    throw new MlflowError(
      'INVALID_PARAMETER_VALUE',
      `Malformed model info. \n ${text.slice(0, 200)} \n is not JSON.`,
    );
  }
  const missing = MODEL_FIELDS.filter((field) => !isRecord(model) || model[field] === undefined);
  if (isRecord(model) && missing.length === 0) return model;
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `Model json is missing mandatory fields: {'${missing.join("', '")}'}`,
  );
}

const MODEL_FIELDS = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'];

/** Runs with what belongs to them, in a few queries however many they are. */
async function runMessages(context: Context, runs: readonly FoundRun[]): Promise<object[]> {
  const ids = runs.map((run) => run.id);
  const datasets = await listRunDatasets(context, ids);
  const models = await listRunModels(context, ids);
  const experiments = new Map<string, Experiment>();
  for (const { experiment } of runs)
    if (!experiments.has(experiment))
      experiments.set(experiment, await getExperiment(context, { name: experiment }));
  return runs.flatMap((run) => {
    const experiment = experiments.get(run.experiment);
    if (experiment === undefined) return [];
    const { params, tags, metrics } = run;
    const parts = { params, tags, metrics, datasets: datasets.get(run.id), models: models.get(run.id) ?? [] };
    return [runMessage(run, { experiment, ...parts })];
  });
}
