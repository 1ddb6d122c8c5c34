import { z } from 'zod';

const figure = z.number().nullable();

/** Agreement beyond chance, with its 95 % interval; null where it has no meaning, `reason` says why. */
export const AgreementFigure = z.strictObject({
  value: figure,
  low: figure,
  high: figure,
  n: z.int(),
  method: z.string(),
  reason: z.string().optional(),
});
export type AgreementFigure = z.infer<typeof AgreementFigure>;

const Share = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });

export const QuestionAgreement = z.strictObject({
  question: z.string(),
  kind: z.string(),
  /** Krippendorff's; ordinal for ratings, nominal for everything else. */
  alpha: AgreementFigure,
  /** Items that reviewers answered differently. */
  disputed: z.int(),
  /**
   * What people settled on, weighted by one over the items' probabilities so that it speaks for all that they were drawn from:
   * shares of the values, with intervals by the effective number of items. Of ratings and choices.
   */
  settled: z.strictObject({
    items: z.int(),
    effectiveItems: z.number(),
    values: z.array(
      z.strictObject({ answer: z.union([z.string(), z.number()]), items: z.int(), share: Share }),
    ),
  }),
});
export type QuestionAgreement = z.infer<typeof QuestionAgreement>;

export const ReviewerAgreement = z.strictObject({
  reviewer: z.string(),
  question: z.string(),
  answered: z.int(),
  /** Cohen's kappa with each other reviewer of the same items; weighted quadratically for ratings. */
  kappa: AgreementFigure,
  /** On gold items; null without any. */
  gold: z.strictObject({ n: z.int(), right: z.int(), share: Share.nullable() }).nullable(),
});
export type ReviewerAgreement = z.infer<typeof ReviewerAgreement>;

/** Strengths by Bradley and Terry; intervals over cases. */
export const PairwiseRanking = z.strictObject({
  question: z.string(),
  comparisons: z.int(),
  ties: z.int(),
  bothBad: z.int(),
  /** Half a win was added each way, as someone never lost or never won. */
  regularised: z.boolean(),
  ranks: z.array(
    z.strictObject({
      task: z.string(),
      elo: z.number(),
      low: z.number(),
      high: z.number(),
      strength: z.number(),
    }),
  ),
  /** How often the left answer was preferred, of those that preferred one: 0.5 where the place does not matter. */
  leftShare: Share.nullable(),
});
export type PairwiseRanking = z.infer<typeof PairwiseRanking>;

export const ReviewAgreement = z.strictObject({
  queue: z.string(),
  confidence: z.number(),
  questions: z.array(QuestionAgreement),
  reviewers: z.array(ReviewerAgreement),
  rankings: z.array(PairwiseRanking),
});
export type ReviewAgreement = z.infer<typeof ReviewAgreement>;
