import type { Project } from '../../project/load-project.ts';
import { findErasedTraining, getModelVersion, listAliasMoves, listModels } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { StageFact } from '../read-schema.ts';

/** Which version the project's alias points to. */
export async function readRegistryFact(context: Context, project: Project): Promise<StageFact> {
  const { model } = project;
  const { alias } = project.config.registry;
  const known = (await listModels(context, { name: model })).at(0);
  if (known === undefined) {
    const fact = 'No model is registered yet.';
    return { stage: 'registry', state: 'empty', fact, at: null, to: null, command: 'airworthy ship' };
  }
  const number = known.aliases[alias];
  if (number === undefined) {
    const fact = `No version of ${model} is ${alias}.`;
    return {
      stage: 'registry',
      state: 'attention',
      fact,
      at: null,
      to: { kind: 'model', model },
      command: null,
    };
  }
  const moves = await listAliasMoves(context, model, { limit: 20 });
  const { bundle } = await getModelVersion(context, model, number);
  const erased = bundle === null ? [] : await findErasedTraining(context, [bundle]);
  const champion = `Version ${number} of ${model} is ${alias}, of ${known.versions}`;
  return {
    stage: 'registry',
    state: erased.length > 0 ? 'attention' : 'ok',
    fact: erased.length > 0 ? `${champion}. It learnt from rows erased since: train anew.` : `${champion}.`,
    at: moves.find((move) => move.alias === alias)?.at ?? null,
    to: { kind: 'model-version', model, number },
    command: null,
  };
}
