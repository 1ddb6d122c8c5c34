import { mean } from '../../stats/sums.ts';
import type { Score } from '../scoring/scorer.ts';
import type { PartSpec } from '../scoring/scorer-type.ts';

type Scored = Extract<Score, { status: 'scored' }>;

/** One score a part from several votes: the majority of 0/1, the mean of others; the votes stay in the evidence. */
export function combineVotes(
  parts: readonly PartSpec[],
  votes: readonly Record<string, Score>[],
): Record<string, Score> {
  if (votes.length === 1) return votes[0];
  return Object.fromEntries(
    parts.map(({ part = '', binary }) => [
      part,
      combine(
        binary,
        votes.map((vote) => vote[part]),
      ),
    ]),
  );
}

function combine(binary: boolean, votes: readonly Score[]): Score {
  const scored = votes.filter((vote): vote is Scored => vote.status === 'scored');
  const missing = votes.find((vote) => vote.status !== 'scored');
  if (missing && scored.length * 2 <= votes.length) return missing;
  const values = scored.map(({ value = 0 }) => value);
  const average = mean(Float64Array.from(values));
  if (binary && average === 0.5) {
    return { status: 'unscorable', code: 'judge-split', reason: `${values.length} votes are split evenly` };
  }
  const value = binary ? Math.round(average) : average;
  const distance = (vote: Scored) => Math.abs((vote.value ?? 0) - value);
  const typical = scored.reduce((best, vote) => (distance(vote) < distance(best) ? vote : best));
  return { ...typical, value, evidence: { votes: values, typical: typical.evidence ?? null } };
}
