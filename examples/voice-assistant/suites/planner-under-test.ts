import type { Task } from 'airworthy/evaluation';
import { readAssistantConfig } from '../src/assistant/assistant-config.ts';
import { choosePlanner } from '../src/assistant/choose-planner.ts';
import { missingFor } from '../src/journey/missing-for.ts';
import { answerOf, plannerTask } from '../src/journey/planner-task.ts';
import { PROJECT } from '../src/journey/run-airworthy.ts';
import { RUNGS } from '../src/journey/rungs.ts';
import type { Planner } from '../src/planners/planner.ts';

/**
 * The planner that the suites judge, by its name: the one that the assistant would have here (assistant.json, `ASSISTANT_PLANNER`
 * and the rest of the environment), or a rung of the journey where `ASSISTANT_PLANNER` names one: `R3`.
 */
export async function plannerUnderTest(env: NodeJS.ProcessEnv = process.env): Promise<Record<string, Task>> {
  const rung = RUNGS.find(({ id }) => id === env.ASSISTANT_PLANNER);
  const missing = rung && missingFor(rung);
  if (missing !== undefined) throw new Error(`rung ${rung?.id} cannot be judged here: ${missing}`);
  const task = rung
    ? plannerTask(rung)
    : taskOf((await choosePlanner(readAssistantConfig(PROJECT, env), env)).planner);
  return { [task.name]: task };
}

function taskOf(planner: Planner): Task {
  const { name, version } = planner;
  return {
    name,
    digest: version,
    spec: { kind: 'planner', planner: name, version },
    run: ({ input }, { signal }) => answerOf(planner, input, signal),
    close: () => planner.close(),
  };
}
