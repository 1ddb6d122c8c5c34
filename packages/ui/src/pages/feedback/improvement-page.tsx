import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ImprovementAnswer } from '../../api/answers.ts';
import { improvement as readImprovement } from '../../api/queries.ts';
import { apiPath, post } from '../../api/request.ts';
import { ActButton } from '../../components/act-button.tsx';
import { Digest } from '../../components/copy-text.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { ConditionBadge } from '../../components/verdict-badge.tsx';
import { VerdictEvidence } from '../../components/verdict-evidence.tsx';
import { count } from '../../format/figures.ts';
import { IMPROVEMENT_CONDITIONS, IMPROVEMENT_WORDS } from './improvement-state.ts';

/** One turn of the loop: why it began, on which rows, what the gates said, what was decided. */
export function ImprovementPage() {
  const { improvement: id } = useParams({ from: '/feedback/$improvement' });
  const query = useQuery(readImprovement(id));
  const { data } = query;
  return (
    <PageFrame
      title={data === undefined ? 'Improvement' : `${data.endpoint}, improvement ${data.number}`}
      trail={[{ label: 'Feedback', to: '/feedback' }]}
      actions={
        data === undefined ? null : (
          <ConditionBadge condition={IMPROVEMENT_CONDITIONS[data.state]}>
            {IMPROVEMENT_WORDS[data.state]}
          </ConditionBadge>
        )
      }
      answer={data === undefined ? null : <p>{data.reason === '' ? data.cause.sentence : data.reason}</p>}
    >
      <QueryView query={query} rows={10}>
        {(improvement) => (
          <div className="stack">
            <Acts improvement={improvement} />
            <div className="columns">
              <Section
                title="What the gates said"
                says="Challenger against champion, on rows that neither has seen."
              >
                {improvement.facts.verdicts === undefined ? <p className="quiet">Not judged yet.</p> : null}
                <div className="stack">
                  {improvement.facts.verdicts?.map((verdict) => (
                    <VerdictEvidence key={verdict.id} verdict={verdict} />
                  ))}
                </div>
              </Section>
              <Facts improvement={improvement} />
            </div>
          </div>
        )}
      </QueryView>
    </PageFrame>
  );
}

function Acts({ improvement }: { improvement: ImprovementAnswer }) {
  const client = useQueryClient();
  if (improvement.state !== 'awaiting-approval') return null;
  const decide = (decision: 'approve' | 'reject') => async (reason: string) => {
    await post(apiPath(`/improvements/${encodeURIComponent(improvement.id)}/decision`), { decision, reason });
    await client.invalidateQueries();
  };
  const evidence = (
    <>
      {improvement.facts.verdicts?.map((verdict) => (
        <VerdictEvidence key={verdict.id} verdict={verdict} />
      ))}
    </>
  );
  return (
    <div className="row" id="acts">
      <ActButton
        label="Approve promotion"
        title="Promote the challenger"
        act="Promote"
        perform={decide('approve')}
      >
        {evidence}
        <p>The challenger becomes champion and serves {improvement.endpoint} from now on.</p>
      </ActButton>
      <ActButton label="Reject" title="Keep the champion" act="Keep the champion" perform={decide('reject')}>
        {evidence}
        <p>The champion keeps serving. The challenger stays registered with its evidence.</p>
      </ActButton>
    </div>
  );
}

function Facts({
  improvement: { cause, facts, actor, startedAt, endedAt },
}: {
  improvement: ImprovementAnswer;
}) {
  const { data, run, champion, challenger, rollout, verdicts } = facts;
  return (
    <Section title="What happened">
      <dl className="facts">
        <dt>Begun because</dt>
        <dd>{cause.sentence}</dd>
        <dt>Started</dt>
        <dd>
          <Moment at={startedAt} /> by {actor}
        </dd>
        {data === undefined ? null : (
          <>
            <dt>Rows</dt>
            <dd>
              <Link
                to="/data/$dataset/$number"
                params={{ dataset: data.dataset, number: String(data.version) }}
              >
                {data.dataset} version {data.version}
              </Link>
              : {count(data.trainRows)} to train, {count(data.judgeRows)} to judge
            </dd>
            <dt>Judged on</dt>
            <dd>
              <Moment at={data.judgeFrom} /> to <Moment at={data.judgeTo} />
            </dd>
          </>
        )}
        {run === undefined ? null : (
          <>
            <dt>Trained by</dt>
            <dd>
              <Link to="/tracking/runs/$run" params={{ run }}>
                run {run.slice(0, 8)}
              </Link>
            </dd>
          </>
        )}
        <Side name="Champion" side={champion} />
        <Side name="Challenger" side={challenger} />
        {rollout === undefined ? null : (
          <>
            <dt>Rolled out</dt>
            <dd>
              <Link to="/rollouts/$rollout" params={{ rollout }}>
                step by step, with the evidence
              </Link>
            </dd>
          </>
        )}
        {endedAt === null ? null : (
          <>
            <dt>Decided</dt>
            <dd>
              <Moment at={endedAt} />
            </dd>
          </>
        )}
        {verdicts === undefined ? null : (
          <>
            <dt>Gates</dt>
            <dd>{verdicts.map(({ gate, outcome }) => `${gate}: ${outcome}`).join('; ')}</dd>
          </>
        )}
      </dl>
    </Section>
  );
}

function Side({ name, side }: { name: string; side: { version: number; bundle: string } | undefined }) {
  if (side === undefined) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        version {side.version}{' '}
        <Digest digest={side.bundle} label={`digest of the ${name.toLowerCase()}’s bundle`} />
      </dd>
    </>
  );
}
