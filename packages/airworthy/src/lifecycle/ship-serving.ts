import { moment } from '../kernel/figures.ts';
import type { Project } from '../project/load-project.ts';
import type { Context } from '../store/ports.ts';
import { deployChampion } from './deploy-champion.ts';
import type { StageReport } from './stage-report.ts';

/** Deploys the champion, which is the candidate only where that was promoted. */
export async function shipServing(context: Context, project: Project): Promise<StageReport> {
  const { alias } = project.config.registry;
  const deployment = await deployChampion(context, project, `${alias} of a ship`);
  if (!deployment) {
    return {
      stage: 'serving',
      unchanged: true,
      sentence: `${project.endpoint} serves nothing: no version of ${project.model} is ${alias} yet`,
      facts: { endpoint: project.endpoint, version: null },
    };
  }
  const { version, bundle, startedAt, changed } = deployment;
  const since = changed ? '' : `, since ${moment(startedAt)}`;
  return {
    stage: 'serving',
    unchanged: !changed,
    sentence: `${project.endpoint} serves ${project.model} version ${version}${since}`,
    facts: { endpoint: project.endpoint, model: project.model, version, bundle, startedAt },
  };
}
