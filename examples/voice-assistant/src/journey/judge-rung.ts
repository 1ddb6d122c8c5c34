import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SuiteReport } from 'airworthy/evaluation';
import { type Figure, toFigure } from './figure.ts';
import type { CasePart } from './journey-cases.ts';
import { nameOf } from './planner-task.ts';
import { runAirworthy } from './run-airworthy.ts';
import type { Rung } from './rung.ts';

const SUITE = 'journey';

/** What the gate said of a rung against the one that it is compared with. */
export interface RungVerdict {
  against: string;
  outcome: SuiteReport['verdicts'][number]['outcome'];
  improvement: number | null;
  low: number | null;
  high: number | null;
  /** Sentences only this rung got right, and only the other. */
  gained: number;
  lost: number;
  method: string;
}

export interface JudgedRung {
  state: 'judged';
  rung: Rung;
  /** Its tracking run. */
  run: string;
  /** Whole call right, argument by argument. */
  exact: Record<CasePart, Figure>;
  /** Of the unseen phrasing. */
  intent: Figure;
  valid: Figure;
  otherPrecision: Figure;
  otherRecall: Figure;
  latencyMs: { p50: number | null; p95: number | null };
  /** Against the rung it is compared with, each part on its own; null for the first. */
  verdicts: Record<CasePart, RungVerdict> | null;
}

export interface SkippedRung {
  state: 'skipped';
  rung: Rung;
  reason: string;
}

export type RungResult = JudgedRung | SkippedRung;

export interface JudgeSetting {
  dataFolder: string;
  env?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
}

/** A gate may fail or be undecided: that is an answer. */
const ANSWERED = [0, 1, 3];

/**
 * Judges a rung by `airworthy evaluate journey` and makes its evaluation the baseline of its own name, so that later rungs can
 * be compared with it.
 */
export async function judgeRung(
  rung: Rung,
  against: string | undefined,
  setting: JudgeSetting,
): Promise<JudgedRung> {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-journey-'));
  try {
    const path = join(folder, 'report.json');
    const options = against === undefined ? ['--no-gates'] : ['--baseline', against];
    await runAirworthy(['evaluate', SUITE, ...options, '--output', path], {
      ...setting,
      env: { ...setting.env, ASSISTANT_RUNG: rung.id },
      accepts: ANSWERED,
    });
    const report = JSON.parse(readFileSync(path, 'utf8')) as SuiteReport;
    requireOwn(report, rung);
    const reason = `rung ${rung.id} of the journey: ${rung.change}`;
    await runAirworthy(
      [
        'bless',
        SUITE,
        '--evaluation',
        String(report.number),
        '--baseline',
        rung.id,
        '--reason',
        reason,
        '--anyway',
      ],
      setting,
    );
    return readRung(report, rung, against);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A server on the same records evaluates in its own process, which knows nothing of the rung that was asked for. */
function requireOwn({ tasks }: SuiteReport, rung: Rung): void {
  if (tasks[0].name === nameOf(rung)) return;
  throw new Error(
    `"${tasks[0].name}" was judged instead of "${nameOf(rung)}": stop the server that has these records (airworthy up), then run this again`,
  );
}

function readRung(report: SuiteReport, rung: Rung, against: string | undefined): JudgedRung {
  const [task] = report.tasks;
  const figureOf = (part: CasePart, metric: string): Figure => {
    const slice = task.slices.find(({ name }) => name === `part=${part}`);
    const found = slice?.metrics.find(({ name }) => name === metric);
    if (found === undefined) throw new Error(`the report of ${rung.id} has no ${metric} of ${part}`);
    return toFigure(found);
  };
  const ofStrangers = (metric: string) => figureOf('unseen phrasing', metric);
  return {
    state: 'judged',
    rung,
    run: task.run,
    exact: {
      'unseen phrasing': ofStrangers('tool-calls'),
      'unseen values': figureOf('unseen values', 'tool-calls'),
    },
    intent: ofStrangers('intent'),
    valid: ofStrangers('valid'),
    otherPrecision: ofStrangers('other-precision'),
    otherRecall: ofStrangers('other-recall'),
    latencyMs: task.latencyMs,
    verdicts:
      against === undefined
        ? null
        : {
            'unseen phrasing': readVerdict(report, against, 'unseen phrasing'),
            'unseen values': readVerdict(report, against, 'unseen values'),
          },
  };
}

function readVerdict({ verdicts, tasks }: SuiteReport, against: string, part: CasePart): RungVerdict {
  const slice = `part=${part}`;
  const verdict = verdicts.find((each) => each.slice === slice);
  const compared = tasks[0].slices
    .find(({ name }) => name === slice)
    ?.comparisons.find(({ metric }) => metric === 'tool-calls');
  if (verdict === undefined || compared === undefined)
    throw new Error(`the report has no verdict on ${part}`);
  const { outcome, estimate, low, high, method } = verdict;
  const { gained = 0, lost = 0 } = compared;
  return { against, outcome, improvement: estimate, low, high, gained, lost, method };
}
