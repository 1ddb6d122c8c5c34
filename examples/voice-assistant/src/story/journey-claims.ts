import type { JudgedRung, RungResult } from '../journey/judge-rung.ts';
import type { Claim } from './chapter.ts';
import { milliseconds, percent, points, withInterval } from './words.ts';

interface Promised {
  /** Rungs that it is about, in the order in which `shown` takes them. */
  rungs: readonly string[];
  claim: string;
  shown(...judged: JudgedRung[]): { holds: boolean; because: string };
}

/** The tagger's budget. Of the median: the 95th percentile of a busy machine is the machine's. */
const PLAN_BUDGET_MS = 5;
const KNOWN_PHRASING_GOAL = 0.95;
/** What a model that says anything at random may get right of commands with values. */
const NEAR_CHANCE = 0.05;

const PROMISES: readonly Promised[] = [
  {
    rungs: ['R0', 'R1'],
    claim: 'a grammar buys form and no meaning',
    shown: (free, held) => ({
      holds:
        (held.valid.value ?? 0) > (free.valid.value ?? 1) &&
        (held.exact['unseen values'].value ?? 1) < NEAR_CHANCE,
      because: `calls that can be run ${percent(free.valid.value)} → ${percent(held.valid.value)}, right with unseen values ${percent(held.exact['unseen values'].value)}`,
    }),
  },
  {
    rungs: ['R4'],
    claim: 'the fixes from error analysis help with values never seen',
    shown: ({ verdicts }) => ({
      holds: verdicts?.['unseen values'].outcome === 'pass',
      because: `${points(verdicts?.['unseen values'].improvement ?? null)} points`,
    }),
  },
  {
    rungs: ['R7-failed', 'R7'],
    claim:
      'measured augmentation helps with values never seen; one that is too strong helps less, and neither with wordings',
    shown: (failed, measured) => ({
      holds:
        measured.verdicts?.['unseen values'].outcome === 'pass' &&
        (failed.exact['unseen values'].value ?? 1) < (measured.exact['unseen values'].value ?? 0),
      because: `unseen values ${withInterval(failed.exact['unseen values'])} against ${withInterval(measured.exact['unseen values'])}`,
    }),
  },
  {
    rungs: ['R7', 'R8'],
    claim: 'sentences of more people are worth more than anything else',
    shown: (one, all) => ({
      holds: (all.exact['unseen phrasing'].low ?? 0) > (one.exact['unseen phrasing'].high ?? 1),
      because: `unseen phrasing ${percent(one.exact['unseen phrasing'].value)} with one author, ${percent(all.exact['unseen phrasing'].value)} with ${all.rung.authors.length}`,
    }),
  },
  {
    rungs: ['R9'],
    claim: `unseen values in known wordings: at least ${percent(KNOWN_PHRASING_GOAL, 0)}`,
    shown: ({ exact }) => ({
      holds: (exact['unseen values'].value ?? 0) >= KNOWN_PHRASING_GOAL,
      because: withInterval(exact['unseen values']),
    }),
  },
  {
    rungs: ['R9'],
    claim: `half of all plans take at most ${PLAN_BUDGET_MS} ms`,
    shown: ({ latencyMs }) => ({
      holds: (latencyMs.p50 ?? Number.POSITIVE_INFINITY) <= PLAN_BUDGET_MS,
      because: `p50 ${milliseconds(latencyMs.p50)}, p95 ${milliseconds(latencyMs.p95)}`,
    }),
  },
];

/** What the journey promises; of rungs that were skipped it promises nothing. */
export function journeyClaims(results: readonly RungResult[]): Claim[] {
  const judged = new Map(
    results.flatMap((each) => (each.state === 'judged' ? [[each.rung.id, each] as const] : [])),
  );
  return PROMISES.flatMap(({ rungs, claim, shown }) => {
    const found = rungs.map((id) => judged.get(id)).filter((each) => each !== undefined);
    return found.length === rungs.length ? [{ claim, ...shown(...found) }] : [];
  });
}
