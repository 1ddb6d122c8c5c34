import type { Project } from '../project/load-project.ts';
import { createEndpoints, currentDeployment, type Deployment } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';
import { findChampion } from './champion.ts';

export interface ChampionDeployment {
  version: number;
  bundle: string;
  startedAt: number;
  /** False where the endpoint served it before. */
  changed: boolean;
}

/**
 * Makes the project's endpoint serve what the alias points to; a running server takes it over within a second.
 * Undefined where the alias points to nothing.
 */
export async function deployChampion(
  context: Context,
  project: Project,
  reason: string,
): Promise<ChampionDeployment | undefined> {
  const champion = await findChampion(context, project);
  if (!champion) return undefined;
  const { number: version, bundle } = champion;
  const current = await currentDeployment(context.store.database.sql, context.project, project.endpoint);
  if (current?.bundle === bundle) return { version, bundle, startedAt: current.startedAt, changed: false };
  const { startedAt } = await deploy(context, project, { model: project.model, version, bundle, reason });
  return { version, bundle, startedAt, changed: true };
}

/** Through an endpoint of its own, so that a bundle that does not load or replay is never put on record. */
async function deploy(
  context: Context,
  project: Project,
  release: { model: string; version: number; bundle: string; reason: string },
): Promise<Deployment> {
  const endpoints = createEndpoints(context, { config: project.config.serving });
  try {
    return await endpoints.deploy(project.endpoint, release);
  } finally {
    await endpoints.close();
  }
}
