import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { rowsOf } from '../../../api/list-pages.ts';
import type { RolloutSummary } from '../../../api/serving-answers.ts';
import { rollout as readRollout, rollouts } from '../../../api/serving-queries.ts';
import { Section } from '../../../components/section.tsx';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { asSentence } from '../../../format/sentence.ts';
import { ArmIntervals } from './arm-figures.tsx';
import { ROLLOUT_CONDITIONS, ROLLOUT_WORDS, standing } from './rollout-state.ts';

/** The rollout that is under way at an endpoint, if any. */
export function useRunningRollout(endpoint: string | undefined): RolloutSummary | undefined {
  const { data } = useInfiniteQuery({ ...rollouts(endpoint ?? ''), enabled: endpoint !== undefined });
  return data === undefined ? undefined : rowsOf(data).find(({ endedAt }) => endedAt === null);
}

/** What is being rolled out now, its arms with their intervals, and the way to the evidence. */
export function RunningRollout({ endpoint }: { endpoint: string }) {
  const running = useRunningRollout(endpoint);
  const { data } = useQuery({ ...readRollout(running?.id ?? ''), enabled: running !== undefined });
  if (running === undefined) return null;
  const { id, number, state, sentence } = data ?? running;
  return (
    <Section
      title={`Rollout ${number}`}
      actions={
        <span className="row">
          <ConditionBadge condition={ROLLOUT_CONDITIONS[state]}>{ROLLOUT_WORDS[state]}</ConditionBadge>
          <Link to="/rollouts/$rollout" params={{ rollout: id }}>
            evidence, promote, pause, abort
          </Link>
        </span>
      }
    >
      <div className="stack-tight">
        <p>{data === undefined ? asSentence(sentence) : standing(data)}</p>
        {data === undefined ? null : <ArmIntervals arms={data.arms} />}
      </div>
    </Section>
  );
}
