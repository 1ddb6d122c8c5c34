import { createHash, type Hash } from 'node:crypto';
import { AirworthyError } from '../../kernel/errors.ts';
import { plural } from '../../kernel/figures.ts';
import type { Suite } from '../suites/suite.ts';
import type { CasePlan, PlannedCase } from './plan-cases.ts';
import { caseJson } from './to-case.ts';

/** So many are kept in hand, so that small suites are read once; larger ones are read again. */
const KEPT = 2_048;
const NAMED = 5;

/** A case as it is stored. */
export interface CaseRow {
  id: string;
  cluster: string | null;
  parent: string | null;
  input: string;
  expected: string | null;
  metadata: string;
  slices: string;
}

export interface SurveyedCases {
  version: string | null;
  /** Of the content of all cases in order. */
  digest: string;
  cases: number;
  clustered: boolean;
  slices: readonly string[];
  /** The rows, from the first on. Throws SUITE_INVALID where they are others than were surveyed. */
  rows(): AsyncIterable<CaseRow> | Iterable<CaseRow>;
}

export interface SurveyOptions {
  gateSlices: readonly string[];
  role: string;
  /** Of each case's metadata, such as what it asserts; throws where it is wrong. */
  check?: (metadata: Readonly<Record<string, unknown>>) => Promise<void>;
}

/**
 * Reads all cases once, before anything is called. Throws SUITE_EMPTY, CLUSTER_MISSING, SLICE_UNKNOWN, SUITE_INVALID.
 */
export async function surveyCases(
  suite: Suite,
  plan: CasePlan,
  { gateSlices, role, check }: SurveyOptions,
): Promise<SurveyedCases> {
  const digest = createHash('sha256');
  let kept: CaseRow[] | undefined = [];
  let cases = 0;
  let clustered = 0;
  const unclustered: string[] = [];
  for await (const planned of plan.read()) {
    await check?.(planned.case.metadata);
    const row = rowOf(planned, suite);
    update(digest, row);
    cases += 1;
    if (row.cluster !== null) clustered += 1;
    else if (unclustered.length < NAMED) unclustered.push(row.id);
    kept?.push(row);
    if (cases > KEPT) kept = undefined;
  }
  if (cases === 0) throw noCases(suite, role);
  if (clustered < cases && (clustered > 0 || suite.cluster !== undefined)) {
    throw clusterMissing(suite, cases - clustered, unclustered);
  }
  plan.slicer.requireKnown(gateSlices);
  const wanted = digest.digest('hex');
  const inHand = kept;
  return {
    ...{
      version: plan.version,
      digest: wanted,
      cases,
      clustered: clustered > 0,
      slices: plan.slicer.columns,
    },
    rows: () => inHand ?? readAgain(suite, plan, wanted),
  };
}

async function* readAgain(suite: Suite, plan: CasePlan, wanted: string): AsyncGenerator<CaseRow> {
  const digest = createHash('sha256');
  for await (const planned of plan.read()) {
    const row = rowOf(planned, suite);
    update(digest, row);
    yield row;
  }
  if (digest.digest('hex') === wanted) return;
  throw new AirworthyError('SUITE_INVALID', {
    message: `suite "${suite.name}": its dataset gave other cases when it was read again`,
    remedy:
      'A dataset gives the same cases in the same order each time: seed what is random, pin what changes.',
  });
}

function rowOf({ case: each, slices }: PlannedCase, suite: Suite): CaseRow {
  const place = `suite "${suite.name}": case "${each.id}"`;
  return {
    id: each.id,
    cluster: each.cluster ?? null,
    parent: each.parent ?? null,
    input: caseJson(each.input, place),
    expected: each.expected === undefined ? null : caseJson(each.expected, place),
    metadata: caseJson(each.metadata, place),
    slices: JSON.stringify(slices),
  };
}

function update(digest: Hash, row: CaseRow): void {
  digest.update(JSON.stringify([row.id, row.cluster, row.parent, row.input, row.expected, row.metadata]));
}

function noCases(suite: Suite, role: string): AirworthyError {
  const narrowed = role === 'dev' && suite.roles === undefined ? '' : ` of the role ${role}`;
  return new AirworthyError('SUITE_EMPTY', {
    message: `suite "${suite.name}" has no cases${narrowed}`,
    facts: { suite: suite.name, role },
  });
}

function clusterMissing(suite: Suite, missing: number, ids: readonly string[]): AirworthyError {
  const key = typeof suite.cluster === 'string' ? ` "${suite.cluster}"` : '';
  const shown = ids.map((id) => `"${id}"`).join(', ');
  return new AirworthyError('CLUSTER_MISSING', {
    message: `suite "${suite.name}": ${plural(missing, 'case')} lack the cluster key${key}: ${shown}${missing > ids.length ? ' …' : ''}`,
    facts: { suite: suite.name, missing, cases: ids },
  });
}
