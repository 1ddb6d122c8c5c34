import { z } from 'zod';

const Confidence = z.number().min(0.5).max(0.9999);

/** What every gate may say, whatever its rule. */
function gateOf<Rule extends string, Shape extends z.ZodRawShape, Metric extends z.ZodType<string>>(
  metric: Metric,
  rule: Rule,
  shape: Shape,
) {
  return z.strictObject({
    name: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('How the gate is called in reports; metric and rule where absent.'),
    metric: metric.describe('What is judged.'),
    rule: z.literal(rule),
    ...shape,
    slices: z
      .array(z.string().min(1))
      .min(1)
      .max(50)
      .optional()
      .describe(
        'Judged for each of these slices instead of overall: `lang` for every value of it, `lang=de` for one. Corrected by Holm.',
      ),
    confidence: Confidence.default(0.95).describe(
      'Confidence of the interval; two-sided, so that `0.95` leaves 2.5 % on each side.',
    ),
    power: z
      .number()
      .min(0.5)
      .max(0.999)
      .default(0.8)
      .describe('For planning: how often a real difference is to be seen.'),
    onUndecided: z
      .enum(['fail', 'warn', 'extend'])
      .default('fail')
      .describe(
        '`fail`: undecided is no pass; `warn`: where cases are too few it is told and let through, as exit code 0, but is no pass; `extend`: judged by the sequential engine, and more cases or trials are run until it is decided or the budget is spent.',
      ),
  });
}

const MARGIN = 'In the metric’s own unit.';

/** The gates over metrics of this kind. */
export function gatesOver<Metric extends z.ZodType<string>>(metric: Metric) {
  const margin = z.number().positive().describe(MARGIN);
  return z.discriminatedUnion('rule', [
    gateOf(metric, 'better-than', { margin: z.number().min(0).default(0).describe(MARGIN) }).describe(
      'Better than the baseline by more than the margin.',
    ),
    gateOf(metric, 'no-worse-than', { margin }).describe('Worse than the baseline by less than the margin.'),
    gateOf(metric, 'equivalent', { margin }).describe(
      'Neither better nor worse than the baseline by the margin.',
    ),
    gateOf(metric, 'at-least', { value: z.number().describe('A floor.') }).describe(
      'At least `value`, whatever the baseline.',
    ),
    gateOf(metric, 'at-most', { value: z.number().describe('A ceiling.') }).describe(
      'At most `value`, whatever the baseline: latency, cost, error rate.',
    ),
  ]);
}

/** A gate of a suite: over any metric that a scorer gives. */
export const SuiteGate = gatesOver(z.string().min(1));
export type SuiteGate = z.output<typeof SuiteGate>;

export const RULES = ['better-than', 'no-worse-than', 'equivalent', 'at-least', 'at-most'] as const;
export const Rule = z.enum(RULES);
export type Rule = z.infer<typeof Rule>;

/** `error`: the gate cannot be judged at all (held-out rows leaked, nothing was scored): never a pass. */
export const Outcome = z.enum(['pass', 'fail', 'undecided', 'error']);
export type Outcome = z.infer<typeof Outcome>;
