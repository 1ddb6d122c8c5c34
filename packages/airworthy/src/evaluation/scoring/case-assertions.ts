import { canonicalJson } from '../../kernel/canonical-json.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { contentKey } from '../../kernel/ids.ts';
import { isRecord } from '../../kernel/is-record.ts';
import type { Score, Scorer } from './scorer.ts';
import { namedScorer, RIGHT_OR_WRONG, type ScorerEnvironment } from './scorer-type.ts';
import { skipped } from './scores.ts';

/** Scorers with settings of their own that are kept; more than these are made again. */
const KEPT_SCORERS = 1000;

/** What a case asks of its answer: a kind of scorer with settings, in `metadata.assert`. */
export type Assertion = Readonly<Record<string, unknown>>;

type MakeScorer = (input: Assertion, environment: ScorerEnvironment) => Promise<Scorer>;

/** The kind of scorer that they are, in records. */
export const CASE_ASSERTIONS = 'case-assertions';

/**
 * The assertions for one metric (their `metric`, or without one their kind) that cases bring along in `metadata.assert`, as one
 * scorer. A case without one is skipped; of several, all have to hold.
 *
 * @param judged some of them are by a judge: by as many judges as there are rubrics, which no calibration record is about
 */
export function caseAssertions(
  metric: string,
  judged: boolean,
  environment: ScorerEnvironment,
  makeScorer: MakeScorer,
): Scorer {
  const kept = new Map<string, Scorer>();
  const scorerOf = async (assertion: Assertion) => {
    const key = canonicalJson(assertion);
    const known = kept.get(key);
    if (known) return known;
    if (kept.size >= KEPT_SCORERS) kept.clear();
    const made = await assertionScorer(assertion, environment, makeScorer);
    kept.set(key, made);
    return made;
  };
  return namedScorer(
    metric,
    {
      parts: [RIGHT_OR_WRONG],
      ...(judged && { judge: contentKey({ type: CASE_ASSERTIONS, metric }) }),
      async score(each, output, context) {
        const own = assertionsOf(each.metadata.assert).filter((one) => (one.metric ?? one.type) === metric);
        if (own.length === 0) return skipped(`the case does not assert ${metric}`);
        const scores: Score[] = [];
        for (const assertion of own) {
          const scorer = await scorerOf(assertion);
          const all = await scorer.score(each, output, context);
          scores.push(all[scorer.metrics[0].name]);
        }
        return worst(scores);
      },
    },
    { type: CASE_ASSERTIONS, version: 1, settings: { metric } },
  );
}

/** Makes the scorer of an assertion; throws where its settings are wrong or its answer would be no yes or no. */
export async function assertionScorer(
  assertion: Assertion,
  environment: ScorerEnvironment,
  makeScorer: MakeScorer,
): Promise<Scorer> {
  const scorer = await makeScorer(assertion, environment);
  const [{ binary, better }] = scorer.metrics;
  if (binary && better === 'higher') return scorer;
  throw new AirworthyError('SCORER_INVALID', {
    message: `assertion ${String(assertion.type)}: it gives a figure, so it needs a threshold`,
    at: 'threshold',
  });
}

export function assertionsOf(list: unknown): Assertion[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

/** What could not be scored outweighs what is wrong: it might have been wrong as well. */
function worst(scores: readonly Score[]): Score {
  return (
    scores.find(({ status }) => status !== 'scored') ??
    scores.find((score) => score.status === 'scored' && score.value !== 1) ??
    scores[0]
  );
}
