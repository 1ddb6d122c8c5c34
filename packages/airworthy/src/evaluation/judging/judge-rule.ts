import type { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { stopsEvaluation } from '../model-calls/call-errors.ts';
import type { Score, ScorerContext } from '../scoring/scorer.ts';
import type { PartSpec, ScoringRule } from '../scoring/scorer-type.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { TaskOutput } from '../tasks/task.ts';
import { askJudge } from './ask-judge.ts';
import { combineVotes } from './combine-votes.ts';
import type { JudgeModel } from './judge-model.ts';
import { answerSchema, JUDGE_ROLE } from './judge-prompt.ts';
import { judgeDigest } from './judge-type.ts';
import { NoVerdict } from './no-verdict.ts';

/** Asks the judge about one case: texts by name, which are data to it. */
export type Ask<Answer> = (data: Readonly<Record<string, unknown>>) => Promise<Answer>;

/** Scores by part; `''` is the scorer's own metric. */
export type Verdicts = Record<string, Score>;

interface JudgeRule<Answer> {
  judge: JudgeModel;
  /** What to judge, and by what: the same for every case. */
  instructions: string;
  answer: z.ZodType<Answer>;
  parts: ScoringRule['parts'];
  /** A NoVerdict that it throws is the score of every part. */
  verdict(
    ask: Ask<Answer>,
    each: EvaluationCase,
    output: TaskOutput,
    context: ScorerContext,
  ): Promise<Verdicts>;
}

/** A rule whose verdicts a model gives; see docs/judges.md. */
export function judgeRule<Answer>({
  judge,
  instructions,
  answer,
  parts,
  verdict,
}: JudgeRule<Answer>): ScoringRule {
  return {
    parts,
    judge: judgeDigest(judge, { role: JUDGE_ROLE, instructions, answer: answerSchema(answer) }),
    async score(each, output, context) {
      const votes: Verdicts[] = [];
      for (let vote = 0; vote < judge.votes; vote++) {
        const ask: Ask<Answer> = (data) =>
          askJudge(context.models, judge, { instructions, answer, data }, vote);
        votes.push(await verdict(ask, each, output, context).catch((error) => scoresOfFailure(parts, error)));
      }
      return combineVotes(parts, votes);
    },
  };
}

/** The same score for every part. Rethrows what is no fault of this one case. */
export function scoresOfFailure(parts: readonly PartSpec[], error: unknown): Verdicts {
  const score = failureOf(error);
  return Object.fromEntries(parts.map(({ part = '' }) => [part, score]));
}

function failureOf(error: unknown): Score {
  if (error instanceof NoVerdict) return error.toScore();
  if (!AirworthyError.is(error) || stopsEvaluation(error)) throw error;
  return { status: 'error', code: error.code, reason: error.message };
}
