import '../../../styles/serving.css';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { RolloutDetail } from '../../../api/serving-answers.ts';
import { rollout as readRollout } from '../../../api/serving-queries.ts';
import { PageFrame } from '../../../components/page-frame.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { count, plural, share } from '../../../format/figures.ts';
import { asSentence } from '../../../format/sentence.ts';
import { ArmFiguresView } from './arm-figures.tsx';
import { GuardRows } from './guard-rows.tsx';
import { PlanView } from './plan-view.tsx';
import { RolloutActs } from './rollout-acts.tsx';
import { ROLLOUT_CONDITIONS, ROLLOUT_WORDS, standing } from './rollout-state.ts';
import { ShadowView } from './shadow-view.tsx';
import { SharesLine } from './shares-line.tsx';
import { StatePathView } from './state-path-view.tsx';
import { TransitionList } from './transition-list.tsx';

/** A rollout: how it stands, where it is on its way, what its guards say, and why it moved each time. */
export function RolloutPage() {
  const { rollout: id } = useParams({ from: '/rollouts/$rollout' });
  const query = useQuery(readRollout(id));
  const { data } = query;
  return (
    <PageFrame
      title={data === undefined ? 'Rollout' : `${data.endpoint}, rollout ${data.number}`}
      trail={[
        { label: 'Serving', to: '/serving' },
        ...(data === undefined ? [] : [{ label: data.endpoint, to: `/serving/${data.endpoint}` }]),
      ]}
      actions={
        data === undefined ? null : (
          <ConditionBadge condition={ROLLOUT_CONDITIONS[data.state]}>
            {ROLLOUT_WORDS[data.state]}
          </ConditionBadge>
        )
      }
      answer={data === undefined ? null : <Answer rollout={data} />}
    >
      <QueryView query={query} rows={12}>
        {(rollout) => <RolloutView rollout={rollout} />}
      </QueryView>
    </PageFrame>
  );
}

function Answer({ rollout }: { rollout: RolloutDetail }) {
  const { sentence, exposure } = rollout;
  return (
    <>
      <p>{standing(rollout)}</p>
      <p className="quiet">
        {asSentence(sentence)} {plural(exposure.requests, 'request')}
        {exposure.share === null ? '' : ` (${share(exposure.share)})`} answered by anything but the champion
        {exposure.shadowed === 0 ? '' : `, ${count(exposure.shadowed)} seen in shadow`}.
      </p>
    </>
  );
}

function RolloutView({ rollout }: { rollout: RolloutDetail }) {
  return (
    <div className="stack">
      <RolloutActs rollout={rollout} />
      <Section title="Where it is" says="Each state that was entered leads to the evidence for it.">
        <StatePathView rollout={rollout} />
      </Section>
      <div className="columns">
        <Section
          title="What must hold"
          says="How much worse it is, in margins: right of the margin is not acceptable. The intervals stay valid however often one looks."
        >
          <GuardRows guards={rollout.guards} />
        </Section>
        <Section title="Transitions" says={plural(rollout.events.length, 'transition')}>
          <TransitionList events={rollout.events} />
        </Section>
      </div>
      <Section title="Arms" says={<SharesLine srm={rollout.srm} />}>
        <ArmFiguresView arms={rollout.arms} />
      </Section>
      <ShadowView rollout={rollout} />
      <PlanView rollout={rollout} />
    </div>
  );
}
