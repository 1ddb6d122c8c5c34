import { count, figure, plural } from '../../kernel/figures.ts';
import { binomialSurvival } from '../../stats/distributions/binomial.ts';
import type { ColumnDrift, MonitoringConfig, Width, WindowReport } from '../schema.ts';
import { findUnitChange } from './find-unit-change.ts';
import { compareWith, type Observation } from './observation.ts';
import { percent } from './percent.ts';

/** Shares of a window from which on a column is broken rather than moved. */
const ALL_MISSING = 0.95;
const MOST_OUT_OF_RANGE = 0.5;
/** A PSI that no drift reaches: hardly a value is where the reference has them. */
const ELSEWHERE = 2;
/** How much more than the reference's share of unseen categories counts; and surely more than half of that. */
const UNSEEN_FLOOR = 0.01;
const SURE = 0.001;
/** From here on the prediction itself has drifted, whatever the rule for columns. */
const SCORE_EFFECT = 0.2;

/** Broken columns: they page, because whatever the model says about them is void. */
export function observeBrokenColumns(report: WindowReport): Observation[] {
  return report.columns.map((column) => observeBroken(column, report.width));
}

/** Columns that moved, and categories that the reference does not have: a diagnosis, never a page. */
export function observeInputDrift(report: WindowReport, config: MonitoringConfig): Observation[] {
  return [
    ...report.columns.map((column) => observeDrift(column, config)),
    ...report.columns.map(observeNewCategories),
  ];
}

export function observeScoreDrift({ score }: WindowReport, config: MonitoringConfig): Observation[] {
  if (score === null) return [];
  const found = compareWith(SCORE_EFFECT, score.effect);
  return [
    {
      kind: 'score-drift',
      subject: '',
      finding: found === 'raised' && score.q > config.drift.q ? 'between' : found,
      effect: score.effect,
      threshold: SCORE_EFFECT,
      severity: score.effect,
      n: score.n,
      says: () => `predictions moved by PSI* ${figure(score.effect)} (${evidence(score)})`,
    },
  ];
}

interface Sign {
  effect: number;
  threshold: number;
  says: () => string;
}

function observeBroken(column: ColumnDrift, width: Width): Observation {
  const signs =
    width === 'hour' ? signsOfAbsence(column) : [...signsOfAbsence(column), ...signsOfChange(column)];

  const worst = signs.reduce((a, b) => (b.effect / b.threshold > a.effect / a.threshold ? b : a));
  const { effect, threshold } = worst;
  return {
    kind: 'broken-column',
    subject: column.column,
    finding: compareWith(threshold, effect),
    effect,
    threshold,
    severity: effect / threshold,
    n: column.n,
    says: () => `${worst.says()} (n ${count(column.n)})`,
  };
}

/** What no hour of any day should show. */
function signsOfAbsence(column: ColumnDrift): Sign[] {
  return [
    {
      effect: column.missing - column.missingReference > 0 ? column.missing : 0,
      threshold: ALL_MISSING,
      says: () =>
        `${column.column} is missing in ${percent(column.missing)} of the rows, not in ${percent(column.missingReference)}`,
    },
    {
      effect: column.outOfRange - column.outOfRangeReference,
      threshold: MOST_OUT_OF_RANGE,
      says: () =>
        `${column.column} is out of the reference’s range in ${percent(column.outOfRange)} of the rows`,
    },
  ];
}

/** What is told by comparing distributions, and so for whole days alone: the hours of a day differ from each other. */
function signsOfChange(column: ColumnDrift): Sign[] {
  return [
    {
      effect: column.effect,
      threshold: ELSEWHERE,
      says: () => `${column.column} has nothing in common with the reference: PSI* ${figure(column.effect)}`,
    },
    // A rare flag may well be constant for a window; one that drifted by it is not what the model learnt.
    {
      effect: column.constant && column.drifted ? 1 : 0,
      threshold: 1,
      says: () => `${column.column} has one value in all rows`,
    },
    findUnitChange(column),
  ];
}

function observeDrift(column: ColumnDrift, { drift }: MonitoringConfig): Observation {
  const quiet = compareWith(drift.effect, column.effect) === 'clean';
  return {
    kind: 'input-drift',
    subject: column.column,
    finding: column.drifted ? 'raised' : quiet ? 'clean' : 'between',
    effect: column.effect,
    threshold: drift.effect,
    severity: column.effect,
    n: column.n,
    says: () => `${column.column} moved by PSI* ${figure(column.effect)} (${evidence(column)})`,
  };
}

function observeNewCategories(column: ColumnDrift): Observation {
  const { unseen, unseenReference, n } = column;
  const threshold = unseenReference + UNSEEN_FLOOR;
  const found = compareWith(threshold, unseen);
  const byChance = binomialSurvival(Math.round(unseen * n) - 1, n, unseenReference + UNSEEN_FLOOR / 2) > SURE;
  return {
    kind: 'new-categories',
    subject: column.column,
    finding: found === 'raised' && byChance ? 'between' : found,
    effect: unseen,
    threshold,
    severity: unseen,
    n,
    says: () =>
      `${column.column} has ${namesOf(column)} that the reference does not, in ${percent(unseen)} of ${plural(n, 'row')}`,
  };
}

function evidence({ n, q }: ColumnDrift): string {
  return `n ${count(n)}, q ${q === 0 ? '< 1e-300' : q.toPrecision(2)}`;
}

function namesOf({ unseenNames }: ColumnDrift): string {
  return unseenNames.length === 0
    ? 'values'
    : `values (${unseenNames.map((name) => JSON.stringify(name)).join(', ')})`;
}
