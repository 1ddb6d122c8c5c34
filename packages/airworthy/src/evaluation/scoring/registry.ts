import { code } from './code/code-scorer.ts';
import { ownFunction } from './function-scorer.ts';
import { OPERATION_SCORERS } from './operations/operation-scorers.ts';
import { REFUSAL_SCORERS } from './operations/refusal-scorers.ts';
import { classifier } from './outcomes/classifier-scorer.ts';
import { regression } from './outcomes/regression-scorer.ts';
import { retrieval } from './retrieval/retrieval-scorer.ts';
import type { ScorerType } from './scorer-type.ts';
import { scriptAssertion } from './script-assertion.ts';
import { SPEECH_SCORERS } from './speech/error-rate-scorers.ts';
import { COMPARE_SCORERS } from './structured/compare-scorers.ts';
import { JSON_SCORERS } from './structured/json-scorers.ts';
import { MATCH_SCORERS } from './text/match-scorers.ts';
import { OVERLAP_SCORERS } from './text/overlap-scorers.ts';
import { regex } from './text/regex-scorer.ts';
import { TOOL_SCORERS } from './tools/tool-call-scorers.ts';
import { TRAJECTORY_SCORERS } from './trajectory/trajectory-scorers.ts';

/** Every kind of scorer that asks no model. */
export const MODEL_FREE_SCORERS: readonly ScorerType[] = [
  ...MATCH_SCORERS,
  regex,
  ...OVERLAP_SCORERS,
  ...JSON_SCORERS,
  ...COMPARE_SCORERS,
  ...TOOL_SCORERS,
  ...TRAJECTORY_SCORERS,
  retrieval,
  code,
  classifier,
  regression,
  ...SPEECH_SCORERS,
  ...OPERATION_SCORERS,
  ...REFUSAL_SCORERS,
  ownFunction,
  scriptAssertion,
];

interface Found {
  scorerType: ScorerType;
  /** The settings that the name stands for. */
  preset: Readonly<Record<string, unknown>>;
  /** It asks a model for its opinion. */
  judges: boolean;
}

/** Measures a distance between embeddings: no opinion. */
const EMBEDDER = 'similar';

function byName(types: readonly ScorerType[], asksModels: boolean): ReadonlyMap<string, Found> {
  return new Map(
    types.flatMap((scorerType) =>
      Object.entries({ [scorerType.type]: {}, ...scorerType.aliases }).map(([name, preset]) => {
        return [name, { scorerType, preset, judges: asksModels && scorerType.type !== EMBEDDER }] as const;
      }),
    ),
  );
}

const MODEL_FREE = byName(MODEL_FREE_SCORERS, false);

/** Judges are loaded where a suite has one: they bring along much that others need not wait for. */
async function loadJudges(): Promise<ReadonlyMap<string, Found>> {
  const { JUDGE_SCORERS } = await import('../judging/judge-scorers.ts');
  return byName(JUDGE_SCORERS, true);
}

/** Finds a kind of scorer by its name or one of its other names. */
export async function findScorerType(name: string): Promise<Found | undefined> {
  return MODEL_FREE.get(name) ?? (await loadJudges()).get(name);
}

/** Every name that a kind of scorer has. */
export async function scorerNames(): Promise<string[]> {
  return [...MODEL_FREE.keys(), ...(await loadJudges()).keys()];
}
