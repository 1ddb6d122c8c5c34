import { type Curated, curate } from '../feedback/index.ts';
import { AirworthyError } from '../kernel/errors.ts';
import type { Project } from '../project/load-project.ts';
import { requireData } from '../project/require-data.ts';
import { currentDeployment } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';

/** By data folder. */
const underWay = new Map<string, Set<Promise<unknown>>>();

/** Resolves when those curations of a data folder have ended, well or not, that are under way in this process. */
export async function curationsUnderWay({ store }: Context): Promise<void> {
  await Promise.allSettled(underWay.get(store.folder) ?? []);
}

/** Turns the labelled predictions of an endpoint into data as what it serves sees them. Throws ENDPOINT_NOT_FOUND. */
export async function curateServed(context: Context, project: Project, endpoint: string): Promise<Curated> {
  const deployment = await currentDeployment(context.store.database.sql, context.project, endpoint);
  if (!deployment) {
    throw new AirworthyError('ENDPOINT_NOT_FOUND', {
      message: `nothing is deployed at endpoint "${endpoint}"`,
    });
  }
  const { bundle } = deployment;
  const { curation } = project.config.feedback;
  const { quality } = requireData(project);
  const curating = curate(context, { endpoint, bundle, config: curation, quality });
  const others = underWay.get(context.store.folder) ?? new Set();
  underWay.set(context.store.folder, others.add(curating));
  try {
    return await curating;
  } finally {
    others.delete(curating);
  }
}
