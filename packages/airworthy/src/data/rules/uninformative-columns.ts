import { namesClasses } from '../names-classes.ts';
import type { Finding } from '../schema.ts';
import { fieldOf, percent, profileOf, type Rule, type RuleContext } from './rule-context.ts';

/** Columns with one value in every row. */
export async function findConstant(rule: Rule<'constant'>, { version }: RuleContext): Promise<Finding[]> {
  const constant = version.profile.columns.filter(
    (column) => column.distinct.count === 1 && column.missing === 0 && version.rows > 1,
  );
  return constant.map((column) => ({
    ...{
      rule: rule.rule,
      severity: rule.severity,
      column: column.name,
      count: version.rows,
      of: version.rows,
    },
    message: `column "${column.name}" is ${JSON.stringify(column.top[0]?.value)} in every row`,
    examples: [],
    remedy: 'A constant tells a model nothing; leave it out of `data.features`.',
  }));
}

/** Features that alone predict the target: most often a trace of the answer, not known when a prediction is asked for. */
export async function findLeakage(rule: Rule<'leakage'>, { version }: RuleContext): Promise<Finding[]> {
  const { features, target } = version.schema;
  if (!target) return [];
  return features.flatMap((name): Finding[] => {
    const { association } = profileOf(version, name);
    if (!association || association.value < rule.association) return [];
    const measured =
      association.measure === 'auc'
        ? `AUC ${((1 + association.value) / 2).toFixed(4)}`
        : `R² ${association.value.toFixed(4)}`;
    return [
      {
        ...{
          rule: rule.rule,
          severity: rule.severity,
          column: name,
          count: 1,
          of: features.length,
          examples: [],
        },
        message: `column "${name}" alone predicts the target "${target.name}" (${measured}, on rows it was not fitted on)`,
        remedy: `If "${name}" is not known at prediction time, leave it out of \`data.features\`; if it is, say so: \`{ rule: 'leakage', severity: 'info' }\` in \`data.quality\`.`,
      },
    ];
  });
}

/** What a model must beat: how often the most frequent class is right. */
export async function findMajority(
  rule: Rule<'majority-baseline'>,
  { version }: RuleContext,
): Promise<Finding[]> {
  const { target } = version.schema;
  if (!target) return [];
  const { top, missing, distinct } = profileOf(version, target.name);
  const known = version.rows - missing;
  const [most] = top;
  const classes = namesClasses(fieldOf(version, target.name).kind, distinct.count);
  if (!most || !classes || distinct.count < 2 || most.count / known <= rule.maximum) return [];
  return [
    {
      ...{
        rule: rule.rule,
        severity: rule.severity,
        column: target.name,
        count: most.count,
        of: known,
        examples: [],
      },
      message: `always predicting ${JSON.stringify(most.value)} for "${target.name}" is right in ${percent(most.count / known)} of ${known} rows`,
      remedy: 'Judge models against this, by log-loss or area under the curve rather than by accuracy alone.',
    },
  ];
}
