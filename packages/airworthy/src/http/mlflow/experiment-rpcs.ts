import { z } from 'zod';
import {
  createExperiment,
  deleteExperiment,
  deleteExperimentTag,
  EXPERIMENT_GRAMMAR,
  getExperiment,
  parseFilter,
  parseOrderBy,
  renameExperiment,
  restoreExperiment,
  searchDatasets,
  searchExperiments,
  setExperimentTags,
} from '../../tracking/index.ts';
import { experimentMessage, ownArtifactLocation } from './experiment-message.ts';
import { entityName, experimentNumber, maxResults, pairsOf, valueWithin } from './limits.ts';
import { MlflowError } from './mlflow-error.ts';
import { readOffset, writeOffset } from './page-token.ts';
import { type MlflowRpc, rpc, rpcByGetAndPost } from './rpc.ts';
import { lifecycleOf, ViewType } from './view-type.ts';
import { id, list, requiredText, text } from './wire.ts';

const TAG_LENGTH = 5_000;
const NAME_LENGTH = 500;

const name = requiredText.max(NAME_LENGTH, `'name' exceeds the maximum length of ${NAME_LENGTH} characters`);
const one = z.object({ experiment_id: id });

export const EXPERIMENT_RPCS: readonly MlflowRpc[] = [
  rpc({
    method: 'POST',
    version: '2.0',
    path: 'experiments/create',
    request: z.object({ name, artifact_location: text.optional(), tags: pairsOf(valueWithin(TAG_LENGTH)) }),
    run: async ({ context }, { name, artifact_location, tags }) => {
      const artifactLocation = ownArtifactLocation(artifact_location);
      const number = await createExperiment(context, {
        name,
        tags,
        ...(artifactLocation === undefined ? {} : { artifactLocation }),
      });
      return { experiment_id: String(number) };
    },
  }),
  rpc({
    method: 'GET',
    version: '2.0',
    path: 'experiments/get',
    request: one,
    run: async ({ context }, { experiment_id }) => ({
      experiment: experimentMessage(
        await getExperiment(context, { number: experimentNumber(experiment_id) }),
      ),
    }),
  }),
  rpc({
    method: 'GET',
    version: '2.0',
    path: 'experiments/get-by-name',
    request: z.object({ experiment_name: requiredText }),
    run: async ({ context }, { experiment_name }) => ({
      experiment: experimentMessage(await getExperiment(context, { name: experiment_name })),
    }),
  }),
  ...rpcByGetAndPost({
    version: '2.0',
    path: 'experiments/search',
    request: z.object({
      max_results: maxResults(50_000, 1_000),
      page_token: text.optional(),
      filter: text.default(''),
      order_by: list(text),
      view_type: ViewType.default('ACTIVE_ONLY'),
    }),
    run: async ({ context }, { max_results, page_token, filter, order_by, view_type }) => {
      const offset = readOffset(page_token);
      const { experiments, more } = await searchExperiments(context, {
        lifecycle: lifecycleOf(view_type),
        clauses: parseFilter(filter, EXPERIMENT_GRAMMAR),
        orderBy: parseOrderBy(order_by, EXPERIMENT_GRAMMAR),
        limit: max_results,
        offset,
      });
      return {
        experiments: experiments.map(experimentMessage),
        next_page_token: writeOffset(more ? offset + max_results : undefined),
      };
    },
  }),
  rpc({
    method: 'POST',
    version: '2.0',
    path: 'experiments/update',
    request: z.object({ experiment_id: id, new_name: name }),
    run: async ({ context }, { experiment_id, new_name }) => {
      await renameExperiment(context, experimentNumber(experiment_id), new_name);
      return {};
    },
  }),
  rpc({
    method: 'POST',
    version: '2.0',
    path: 'experiments/delete',
    request: one,
    run: async ({ context }, { experiment_id }) => {
      await deleteExperiment(context, experimentNumber(experiment_id));
      return {};
    },
  }),
  rpc({
    method: 'POST',
    version: '2.0',
    path: 'experiments/restore',
    request: one,
    run: async ({ context }, { experiment_id }) => {
      await restoreExperiment(context, experimentNumber(experiment_id));
      return {};
    },
  }),
  rpc({
    method: 'POST',
    version: '2.0',
    path: 'experiments/set-experiment-tag',
    request: z.object({
      experiment_id: id,
      key: entityName,
      value: valueWithin(TAG_LENGTH),
    }),
    run: async ({ context }, { experiment_id, key, value }) => {
      await setExperimentTags(context, experimentNumber(experiment_id), { [key]: value });
      return {};
    },
  }),
  rpc({
    method: 'POST',
    version: '2.0',
    path: 'experiments/delete-experiment-tag',
    request: z.object({ experiment_id: id, key: requiredText }),
    run: async ({ context }, { experiment_id, key }) => {
      await deleteExperimentTag(context, experimentNumber(experiment_id), key);
      return {};
    },
  }),
  rpc({
    method: 'POST',
    version: '2.0',
    path: 'experiments/search-datasets',
    alsoAt: '2.0mlflow/experiments/search-datasets',
    request: z.object({ experiment_ids: list(id) }),
    run: async ({ context }, { experiment_ids }) => {
      refuseExperimentCount(experiment_ids.length);
      const summaries = await searchDatasets(context, experiment_ids.map(experimentNumber));
      return {
        dataset_summaries: summaries.map(({ experiment, name, digest, context: use }) => ({
          experiment_id: String(experiment),
          name,
          digest,
          context: use,
        })),
      };
    },
  }),
];

const MOST_EXPERIMENTS = 20;

function refuseExperimentCount(count: number): void {
  if (count > 0 && count <= MOST_EXPERIMENTS) return;
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    count === 0
      ? 'SearchDatasets request must specify at least one experiment_id.'
      : `SearchDatasets request cannot specify more than ${MOST_EXPERIMENTS} experiment_ids. Received ${count} experiment_ids.`,
  );
}
