/** `wins[i][j]`: how often i beat j, a tie counting half for both. */
export type WinTable = readonly (readonly number[])[];

export interface Strengths {
  /** P(i beats j) = strength i / (strength i + strength j); their geometric mean is 1. */
  strengths: number[];
  /** 400 log10 of the strengths. */
  elo: number[];
  /** Half a win each way was added to every pair, because some never lost (or never won) against the others. */
  regularised: boolean;
}

export interface BradleyTerryOptions {
  /** Where the wins do not connect everyone with everyone: `half-win` adds half a win each way, `refuse` gives null. */
  whenUnconnected?: 'half-win' | 'refuse';
  /** Strengths to start from. */
  start?: readonly number[];
}

const MOST_STEPS = 100_000;

/**
 * Strengths of two or more competitors from their wins over each other (Bradley and Terry 1952), of the largest likelihood, by
 * the minorisation steps of Hunter (2004). Order does not matter, unlike that of games in a running Elo rating.
 *
 * @example
 * bradleyTerry([[0, 7, 9], [3, 0, 6], [1, 4, 0]])?.elo; // 163.92, -27.82, -136.10
 */
export function bradleyTerry(
  wins: WinTable,
  { whenUnconnected = 'half-win', start }: BradleyTerryOptions = {},
): Strengths | null {
  const regularised = !everyoneReachesEveryone(wins);
  if (regularised && whenUnconnected === 'refuse') return null;
  const extra = regularised ? 0.5 : 0;
  const table = wins.map((row, i) => row.map((count, j) => (i === j ? 0 : count + extra)));
  const strengths = fit(table, start);
  return { strengths, elo: strengths.map((strength) => 400 * Math.log10(strength)), regularised };
}

function fit(wins: WinTable, start?: readonly number[]): number[] {
  const totals = wins.map((row) => row.reduce((all, count) => all + count, 0));
  let strengths = start ? [...start] : wins.map(() => 1);
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = normalise(
      strengths.map((own, i) => {
        let games = 0;
        for (let j = 0; j < wins.length; j++) {
          const played = wins[i][j] + wins[j][i];
          if (played > 0) games += played / (own + strengths[j]);
        }
        return totals[i] / games;
      }),
    );
    const change = next.reduce((most, value, i) => Math.max(most, Math.abs(value / strengths[i] - 1)), 0);
    strengths = next;
    if (change < 1e-14) break;
  }
  return strengths;
}

function normalise(strengths: readonly number[]): number[] {
  const center = strengths.reduce((all, strength) => all + Math.log(strength), 0) / strengths.length;
  const scale = Math.exp(-center);
  return strengths.map((strength) => strength * scale);
}

/** Whether the graph of wins is strongly connected: without that the largest likelihood is at infinity. */
export function everyoneReachesEveryone(wins: WinTable): boolean {
  const reached = (beats: (i: number, j: number) => boolean) => {
    const seen = new Set([0]);
    for (const i of seen) {
      for (let j = 0; j < wins.length; j++) if (beats(i, j)) seen.add(j);
    }
    return seen.size === wins.length;
  };
  return reached((i, j) => wins[i][j] > 0) && reached((i, j) => wins[j][i] > 0);
}
