import { AirworthyError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { CaseRole, CaseTest } from '../suites/schema.ts';
import type { Suite } from '../suites/suite.ts';
import { caseValue } from './case-value.ts';
import type { CaseStream } from './read-cases.ts';
import { createSlicer, type Slicer } from './slices.ts';

export interface CaseChoice {
  role: CaseRole;
  filter?: CaseTest | undefined;
  /** So many, chosen by seed. */
  sample?: number | undefined;
  /** More columns to slice by, which gates name. */
  slices?: readonly string[];
  /** Adds cases made from others. */
  extend?: (cases: AsyncIterable<EvaluationCase>) => AsyncIterable<EvaluationCase>;
}

/** A case of this evaluation with the slices it is in. */
export interface PlannedCase {
  case: EvaluationCase;
  slices: Readonly<Record<string, string>>;
}

/** The cases that an evaluation takes from a suite, each time in the same order. */
export interface CasePlan {
  version: string | null;
  slicer: Slicer;
  read(): AsyncGenerator<PlannedCase>;
}

/** Gives cases their cluster and slices, and leaves out those of other roles and those not chosen. */
export async function planCases(suite: Suite, stream: CaseStream, choice: CaseChoice): Promise<CasePlan> {
  const slicer = createSlicer(suite, choice.slices ?? []);
  const clusterOf = clusterReader(suite);
  const extend = choice.extend ?? ((cases) => cases);
  async function* chosen(): AsyncGenerator<EvaluationCase> {
    for await (const each of stream.read()) {
      const clustered = clusterOf(each);
      if (roleOf(clustered, suite) !== choice.role) continue;
      if (choice.filter === undefined || choice.filter(clustered)) yield clustered;
    }
  }
  const isSampled =
    choice.sample === undefined ? undefined : await chooseSample(chosen(), suite, choice.sample);
  async function* sampled(): AsyncGenerator<EvaluationCase> {
    for await (const each of chosen()) if (isSampled === undefined || isSampled(each.id)) yield each;
  }
  return {
    version: stream.version,
    slicer,
    async *read() {
      for await (const each of extend(sampled())) yield { case: each, slices: slicer.slicesOf(each) };
    },
  };
}

/** Says which role a suite gives a case; throws SUITE_INVALID where its column names none. */
export function roleReader(suite: Suite): (each: EvaluationCase) => CaseRole {
  const clusterOf = clusterReader(suite);
  return (each) => roleOf(clusterOf(each), suite);
}

function clusterReader({ cluster }: Suite): (each: EvaluationCase) => EvaluationCase {
  if (cluster === undefined) return (each) => each;
  const read = typeof cluster === 'function' ? cluster : (each: EvaluationCase) => caseValue(each, cluster);
  return (each) => {
    const key = read(each);
    return key === undefined || key === null ? each : { ...each, cluster: String(key) };
  };
}

function roleOf(each: EvaluationCase, { role, roles }: Suite): CaseRole {
  if (roles === undefined) return role ?? 'dev';
  if ('column' in roles) return readRole(caseValue(each, roles.column), roles.column, each.id);
  // By the cluster, so that none is torn; by content alone, so that a case keeps its role when others are added.
  let left = uniformOf(each.cluster ?? each.id);
  for (const name of ['dev', 'regression', 'held-out'] as const) {
    left -= roles.shares[name] ?? 0;
    if (left < 0) return name;
  }
  return 'held-out';
}

function readRole(value: unknown, column: string, id: string): CaseRole {
  if (value === 'dev' || value === 'regression' || value === 'held-out') return value;
  throw new AirworthyError('SUITE_INVALID', {
    message: `case "${id}" has ${JSON.stringify(value) ?? 'nothing'} as its role in "${column}"`,
    remedy: 'A role is dev, regression or held-out.',
    at: `roles.column: ${column}`,
  });
}

/** In [0, 1), the same for the same text on every machine. */
function uniformOf(text: string): number {
  return Number.parseInt(sha256(text).slice(0, 13), 16) / 2 ** 52;
}

async function chooseSample(
  cases: AsyncIterable<EvaluationCase>,
  { seed }: Suite,
  size: number,
): Promise<(id: string) => boolean> {
  const placeOf = (id: string) => uniformOf(`${seed}/${id}`);
  const places: number[] = [];
  for await (const each of cases) places.push(placeOf(each.id));
  const ordered = Float64Array.from(places).sort();
  const last = size >= ordered.length ? 1 : ordered[size - 1];
  return (id) => placeOf(id) <= last;
}
