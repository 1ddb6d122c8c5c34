import type { ScorerType } from '../scoring/scorer-type.ts';
import { answerCorrectness } from './answer-correctness.ts';
import { closedQa } from './closed-qa.ts';
import { criteria } from './criteria.ts';
import { factuality } from './factuality.ts';

import { pairwise } from './pairwise.ts';
import { contextPrecision, contextRelevance } from './passages.ts';
import { judgedRefusal } from './refusal.ts';
import { gEval, scale } from './scale.ts';
import { similar } from './similar.ts';
import { answerRelevance, contextRecall, faithfulness } from './statements.ts';

/** Every kind of scorer that asks a model, for the registry of scorers. */
export const JUDGE_SCORERS: readonly ScorerType[] = [
  criteria,
  scale,
  gEval,
  pairwise,
  factuality,
  closedQa,
  faithfulness,
  contextPrecision,
  contextRecall,
  contextRelevance,
  answerRelevance,
  answerCorrectness,
  similar,
  judgedRefusal,
];
