import { type ErasedTraining, findErasedTraining } from '../registry/index.ts';
import { currentDeployments, type Deployment, type Evidence, readEvidence } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';

/** What serves at an endpoint, since when, and on what evidence. */
export interface ServedModel {
  endpoint: string;
  deployment: Deployment;
  evidence: Evidence;
  /** Rows it learnt from that were erased since: retrain. */
  containsErased: ErasedTraining[];
}

/** Every endpoint that serves, by name, from the record: nothing is loaded. */
export async function readStatus(context: Context): Promise<ServedModel[]> {
  const deployments = await currentDeployments(context.store.database.sql, context.project);
  return Promise.all(
    deployments.map(async (deployment) => ({
      endpoint: deployment.endpoint,
      deployment,
      evidence: await readEvidence(context, deployment.bundle),
      containsErased: await findErasedTraining(context, [deployment.bundle]),
    })),
  );
}
