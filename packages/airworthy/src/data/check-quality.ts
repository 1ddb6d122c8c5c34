import { AirworthyError } from '../kernel/errors.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { Context } from '../store/ports.ts';
import type { Engine } from './engine/open-engine.ts';
import { findConflictingLabels } from './rules/conflicting-labels.ts';
import { findStale } from './rules/freshness.ts';
import { findMissingClasses } from './rules/missing-classes.ts';
import { findMissing } from './rules/missing-values.ts';
import { findDuplicates } from './rules/repeated-rows.ts';
import type { Rule, RuleContext } from './rules/rule-context.ts';
import { findSplitOverlap } from './rules/split-overlap.ts';
import { findTypes } from './rules/text-types.ts';
import { findConstant, findLeakage, findMajority } from './rules/uninformative-columns.ts';
import { findNotUnique } from './rules/unique-values.ts';
import { findNotAllowed, findOutOfRange } from './rules/value-limits.ts';
import {
  type DatasetVersion,
  type Finding,
  QualityRule,
  type QualityRuleInput,
  type Severity,
  type Split,
} from './schema.ts';
import { openStored } from './stored/open-stored.ts';

/** Severity of a declared rule that states none. */
export const DECLARED_SEVERITY: Severity = 'warning';

/** Checked in every dataset, where no rule of the same name is declared. */
export const DEFAULT_RULES: readonly (QualityRule & { severity: Severity })[] = [
  { rule: 'missing', maximum: 0, severity: 'info' },
  { rule: 'type', severity: 'warning' },
  { rule: 'constant', severity: 'warning' },
  { rule: 'duplicates', maximum: 0, severity: 'info' },
  { rule: 'conflicting-labels', maximum: 0, severity: 'info' },
  { rule: 'majority-baseline', maximum: 0, severity: 'info' },
  { rule: 'leakage', association: 0.99, severity: 'error' },
  { rule: 'leakage', association: 0.95, severity: 'warning' },
  { rule: 'split-overlap', maximum: 0.01, severity: 'warning' },
  { rule: 'missing-class', severity: 'warning' },
];

/**
 * Checks a stored version against quality rules, as `data.quality` has them; what is not declared is checked with
 * defaults. With a split, its sides are checked too: for overlap, and for classes that one of them lacks. Findings come worst first.
 *
 * @example
 * await checkQuality(context, version, [{ rule: 'range', column: 'delay', minimum: -120 }], split);
 */
export async function checkQuality(
  context: Context,
  version: DatasetVersion,
  rules: readonly QualityRuleInput[] = [],
  split?: Split,
): Promise<Finding[]> {
  const parsed = rules.map((rule) => QualityRule.parse(rule));
  await using stored = await openStored(context, [version]);
  const roles = split && { split, roles: await context.store.blobs.get(split.blob) };
  const ruleContext = {
    ...{ engine: stored.engine, numbered: stored.numbered[0], version, now: context.clock.now() },
    ...(roles ? { split: roles } : {}),
  };
  // Awaited here: DuckDB is closed when this function ends.
  const found = await applyRules(ruleContext, parsed);
  return worstFirst([...version.findings.filter((finding) => finding.fromReading), ...found]);
}

/** The same for a version that is being made. */
export function checkContent(
  engine: Engine,
  numbered: string,
  version: RuleContext['version'],
  rules: readonly QualityRule[],
  now: number,
): Promise<Finding[]> {
  return applyRules({ engine, numbered, version, now }, rules);
}

/** The findings of a stored version, with those about its age as of now: they change without the data. */
export async function recheckFreshness(
  version: DatasetVersion,
  rules: readonly QualityRule[],
  now: number,
): Promise<Finding[]> {
  const kept = version.findings.filter((finding) => finding.rule !== 'freshness');
  const ages = rules.filter((rule) => rule.rule === 'freshness');
  const found: Finding[] = [];
  for (const rule of ages)
    found.push(
      ...(await findStale({ ...rule, severity: rule.severity ?? DECLARED_SEVERITY }, { version, now })),
    );
  return worstFirst([...kept, ...found]);
}

export function worstFirst(findings: readonly Finding[]): Finding[] {
  const order: Severity[] = ['error', 'warning', 'info'];
  return findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

async function applyRules(context: RuleContext, declared: readonly QualityRule[]): Promise<Finding[]> {
  for (const [index, rule] of declared.entries())
    requireColumns(rule, context.version, `data.quality[${index}]`);
  const findings: Finding[] = [];
  for (const rule of effectiveRules(declared, context.version)) {
    const found = await applyRule(rule, context);
    // A stricter rule of the same name may already have said it.
    findings.push(...found.filter((finding) => !findings.some((said) => sameThing(said, finding))));
  }
  return worstFirst(findings);
}

function sameThing(a: Finding, b: Finding): boolean {
  return a.rule === b.rule && a.column === b.column && a.count === b.count && a.column !== undefined;
}

function effectiveRules(
  declared: readonly QualityRule[],
  version: RuleContext['version'],
): (QualityRule & { severity: Severity })[] {
  const names = new Set(declared.map((rule) => rule.rule));
  return [
    ...declared.map((rule) => ({ ...rule, severity: rule.severity ?? DECLARED_SEVERITY })),
    ...rulesOfFields(version),
    ...DEFAULT_RULES.filter((rule) => !names.has(rule.rule)),
  ];
}

/** A field's accepted range and closed list of categories are rules too. */
function rulesOfFields({ schema }: RuleContext['version']): (QualityRule & { severity: Severity })[] {
  return schema.fields.flatMap((field) => {
    const bounds = {
      ...(field.minimum === undefined ? {} : { minimum: field.minimum }),
      ...(field.maximum === undefined ? {} : { maximum: field.maximum }),
    };
    const range = Object.keys(bounds).length > 0;
    const base = { column: field.name, severity: DECLARED_SEVERITY };
    return [
      ...(range ? [{ rule: 'range' as const, ...base, ...bounds }] : []),
      ...(field.closed && field.categories
        ? [{ rule: 'allowed' as const, ...base, values: [...field.categories] }]
        : []),
    ];
  });
}

function applyRule(rule: QualityRule & { severity: Severity }, context: RuleContext): Promise<Finding[]> {
  const families: {
    [Name in QualityRule['rule']]: (rule: Rule<Name>, context: RuleContext) => Promise<Finding[]>;
  } = {
    missing: findMissing,
    range: findOutOfRange,
    allowed: findNotAllowed,
    unique: findNotUnique,
    type: findTypes,
    freshness: findStale,
    duplicates: findDuplicates,
    'conflicting-labels': findConflictingLabels,
    constant: findConstant,
    leakage: findLeakage,
    'split-overlap': findSplitOverlap,
    'majority-baseline': findMajority,
    'missing-class': findMissingClasses,
  };
  const find = families[rule.rule] as (
    rule: QualityRule & { severity: Severity },
    context: RuleContext,
  ) => Promise<Finding[]>;
  return find(rule, context);
}

function requireColumns(rule: QualityRule, version: RuleContext['version'], at: string): void {
  const named =
    'columns' in rule ? rule.columns : 'column' in rule && rule.column !== undefined ? [rule.column] : [];
  const known = version.schema.fields.map((field) => field.name);
  for (const name of named.filter((candidate) => !known.includes(candidate))) {
    const nearest = nearestName(name, known);
    throw new AirworthyError('DATA_COLUMN_NOT_FOUND', {
      message: `the rule \`${rule.rule}\` names a column "${name}" that the data does not have${nearest ? `; did you mean "${nearest}"?` : ''}`,
      at,
    });
  }
}
