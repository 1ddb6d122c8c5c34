import type { PairwiseRanking } from '../../../api/review-answers.ts';
import { IntervalStrip, rangeOf, StripAxis } from '../../../components/interval-strip.tsx';
import { Section } from '../../../components/section.tsx';
import { count, plural, share } from '../../../format/figures.ts';

/** In which order people put the tasks, with intervals; and whether the place on the screen mattered. */
export function PairRanking({ ranking }: { ranking: PairwiseRanking }) {
  const { question, comparisons, ties, bothBad, regularised, ranks, leftShare } = ranking;
  const range = rangeOf(ranks.flatMap(({ elo, low, high }) => [elo, low, high]));
  const elos = (value: number) => count(Math.round(value));
  return (
    <Section
      title={`Ranking by ${question}`}
      says={`Bradley and Terry’s strengths as Elo, from ${plural(comparisons, 'comparison')} (${plural(ties, 'tie')}, ${bothBad} both bad).`}
    >
      <div className="strip-grid">
        {ranks.map(({ task, elo, low, high }) => (
          <div key={task} className="strip-row">
            <span className="strip-name">{task}</span>
            <IntervalStrip
              range={range}
              marks={[{ key: task, value: elo, low, high, colour: '--series-current' }]}
              label={`${task}: Elo ${elos(elo)}, interval ${elos(low)} to ${elos(high)}`}
            />
            <span className="strip-figures">
              <span>
                <strong>{elos(elo)}</strong>{' '}
                <span className="quiet">
                  [{elos(low)}, {elos(high)}]
                </span>
              </span>
            </span>
          </div>
        ))}
        <div className="strip-row strip-head">
          <span />
          <StripAxis range={range} format={elos} />
          <span />
        </div>
      </div>
      <p className="quiet small">
        {leftShare === null
          ? ''
          : `The left answer was preferred ${share(leftShare.value)} [${share(leftShare.low)}, ${share(leftShare.high)}] of the time; half where the place does not matter. `}
        {regularised ? 'Half a win was added each way, as someone never lost or never won.' : ''}
      </p>
    </Section>
  );
}
