import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import { assertionScorer, assertionsOf, CASE_ASSERTIONS, caseAssertions } from './case-assertions.ts';
import { functionIdentity, type ScorerFunction } from './function-scorer.ts';
import { invertedRule } from './inverted-rule.ts';
import { findScorerType, scorerNames } from './registry.ts';
import type { Scorer } from './scorer.ts';
import { namedScorer, type ScorerEnvironment } from './scorer-type.ts';
import { thresholdRule } from './threshold-rule.ts';

/** A scorer as a suite has it: a kind by its name, a kind with settings, a function, or a scorer of one's own. */
export type ScorerInput = string | ScorerFunction | Scorer | Readonly<Record<string, unknown>>;

/** Settings that every kind of scorer has. */
const Common = z.object({
  type: z.string().min(1),
  name: z.string().min(1).max(100).optional().describe('What its metric is called; its kind where absent.'),
  metric: z.string().min(1).max(100).optional().describe('The same, in the words of other tools.'),
  threshold: z.number().optional().describe('Right or wrong: 1 where the value reaches this, else 0.'),
  weight: z
    .number()
    .positive()
    .optional()
    .describe('Read, but without effect: all assertions of a case have to hold.'),
  perCase: z.literal(true).optional().describe('Settings are those of each case, in its metadata.assert.'),
});

const NOT = 'not-';

/**
 * Makes the scorers of a suite.
 *
 * @throws SCORER_UNKNOWN, SCORER_INVALID, PATTERN_INVALID, GRAMMAR_MISSING: before any case is scored
 *
 * @example
 * await createScorers(['exact', { type: 'contains', value: 'sorry', name: 'apologises' }], { folder: '.' });
 */
export async function createScorers(
  inputs: readonly ScorerInput[],
  environment: ScorerEnvironment,
): Promise<Scorer[]> {
  const scorers: Scorer[] = [];
  for (const input of inputs) {
    const scorer = await createScorer(input, environment);
    const same = scorers.findIndex((each) => isSameAssertion(each, scorer));
    if (same === -1) scorers.push(scorer);
    else if (scorer.judge !== undefined) scorers[same] = scorer;
  }
  const metrics = scorers.flatMap((scorer) => scorer.metrics.map(({ name }) => name));
  const twice = metrics.find((name, index) => metrics.indexOf(name) !== index);
  if (twice === undefined) return scorers;
  throw new AirworthyError('SCORER_INVALID', {
    message: `two scorers have the metric "${twice}": give one of them another name`,
  });
}

/** Checks what a case asserts (its `metadata.assert`) before anything is spent; throws as `createScorers` does. */
export async function checkAssertions(asserted: unknown, environment: ScorerEnvironment): Promise<void> {
  for (const assertion of assertionsOf(asserted)) await assertionScorer(assertion, environment, createScorer);
}

/** Makes one scorer; throws as `createScorers` does. */
async function createScorer(input: ScorerInput, environment: ScorerEnvironment): Promise<Scorer> {
  if (typeof input === 'string') return createScorer({ type: input }, environment);
  if (typeof input === 'function') {
    const name = input.name === '' ? 'function' : input.name;
    return createScorer({ type: 'function', name, score: input }, environment);
  }
  if (isScorer(input)) return input;
  const common = Common.safeParse(input);
  if (!common.success) throw invalid('scorers', common.error);
  const { type, name, metric, threshold, weight: _, perCase, ...settings } = { ...input, ...common.data };
  const called = name ?? metric ?? type;
  const inverted = type.startsWith(NOT);
  const { scorerType, preset, judges } = await known(inverted ? type.slice(NOT.length) : type);
  if (perCase) return caseAssertions(metric ?? type, judges, environment, createScorer);
  const { rule, options } = await create(called, () =>
    scorerType.create({ ...preset, ...settings }, environment),
  );
  const limited = threshold === undefined ? rule : thresholdRule(called, rule, threshold);
  const whole = inverted ? invertedRule(called, limited) : limited;
  return namedScorer(called, whole, {
    type: scorerType.type,
    version: scorerType.version,
    settings: recorded({ ...options, ...rule.settings, threshold, inverted: inverted || undefined }),
  });
}

/** Assertions of several kinds may be for one metric: they are one scorer. */
function isSameAssertion(a: Scorer, b: Scorer): boolean {
  return a.spec.type === CASE_ASSERTIONS && b.spec.type === CASE_ASSERTIONS && a.name === b.name;
}

function isScorer(input: object): input is Scorer {
  return 'metrics' in input && 'digest' in input && 'score' in input;
}

async function known(type: string) {
  const found = await findScorerType(type);
  if (found) return found;
  const near = nearestName(type, await scorerNames());
  throw new AirworthyError('SCORER_UNKNOWN', {
    message: `there is no scorer "${type}"${near === undefined ? '' : `: did you mean "${near}"?`}`,
  });
}

async function create<Made>(name: string, make: () => Promise<Made>): Promise<Made> {
  try {
    return await make();
  } catch (error) {
    throw error instanceof z.ZodError ? invalid(name, error) : error;
  }
}

function invalid(name: string, error: z.ZodError): AirworthyError {
  const issue = error.issues[0];
  const at = z.core.toDotPath(issue.path);
  return new AirworthyError('SCORER_INVALID', {
    message: `scorer ${name}: ${at === '' ? '' : `${at}: `}${issue.message}`,
    ...(at === '' ? {} : { at }),
  });
}

/** Settings as records and digests have them: a function by its source, nothing undefined. */
function recorded(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        key,
        typeof value === 'function' ? { source: functionIdentity(value) } : value,
      ]),
  );
}
