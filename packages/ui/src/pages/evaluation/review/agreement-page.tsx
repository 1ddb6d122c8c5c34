import '../../../styles/evaluation.css';
import '../../../styles/tracking.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { QuestionAgreement, ReviewAgreement, ReviewQueueProgress } from '../../../api/review-answers.ts';
import { agreement, queue } from '../../../api/review-queries.ts';
import { IntervalStrip, StripAxis } from '../../../components/interval-strip.tsx';
import { Measured } from '../../../components/measured.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { count, metricFigure, plural, share } from '../../../format/figures.ts';
import { Disagreements } from './disagreements.tsx';
import { PairRanking } from './pair-ranking.tsx';
import { ReviewerTable } from './reviewer-table.tsx';

/** How far the people agree, by question and by person; and what they disagree on, to be settled. */
export function AgreementPage() {
  const { queue: name } = useParams({ from: '/review/$queue/agreement' });
  const head = useQuery(queue(name));
  const query = useQuery(agreement(name));
  return (
    <PageFrame
      title={`Agreement on ${name}`}
      trail={[
        { label: 'Evaluation', to: '/evaluation' },
        { label: 'Review', to: '/review' },
        { label: name, to: `/review/${encodeURIComponent(name)}` },
      ]}
      actions={
        <Link to="/review/$queue" params={{ queue: name }}>
          review
        </Link>
      }
      answer={query.data ? <Answer found={query.data} /> : null}
    >
      <QueryView query={query} rows={8}>
        {(found) => (
          <QueryView query={head} rows={4}>
            {(of) => <Agreement found={found} queue={of} />}
          </QueryView>
        )}
      </QueryView>
    </PageFrame>
  );
}

/** The question on which people agree least. */
function Answer({ found }: { found: ReviewAgreement }) {
  const known = found.questions.filter(({ alpha }) => alpha.value !== null);
  const least = known.toSorted((a, b) => (a.alpha.value ?? 0) - (b.alpha.value ?? 0))[0];
  if (least === undefined) return <p>Too few items were answered by two people to say how far they agree.</p>;
  return (
    <p>
      On {least.question} people agree least: alpha{' '}
      <Measured value={least.alpha.value} low={least.alpha.low} high={least.alpha.high} n={least.alpha.n} />;{' '}
      {plural(least.disputed, 'item')} disputed. Zero is chance, one is full agreement.
    </p>
  );
}

function Agreement({ found, queue: of }: { found: ReviewAgreement; queue: ReviewQueueProgress }) {
  return (
    <div className="stack">
      <Section
        title="By question"
        says={`Krippendorff’s alpha with ${Math.round(found.confidence * 1000) / 10} % intervals; ordinal for ratings, nominal for the rest.`}
      >
        <Alphas questions={found.questions} />
      </Section>
      {found.questions.some(({ settled }) => settled.values.length > 0) ? (
        <Section
          title="What was settled on"
          says="Weighted, so that it speaks for all cases that the items were drawn from."
        >
          <div className="columns">
            {found.questions
              .filter(({ settled }) => settled.values.length > 0)
              .map((question) => (
                <Settled key={question.question} question={question} />
              ))}
          </div>
        </Section>
      ) : null}
      {found.reviewers.length === 0 ? null : (
        <Section
          title="By person"
          says="Cohen’s kappa with everyone who answered the same items; gold items are known answers."
        >
          <ReviewerTable reviewers={found.reviewers} />
        </Section>
      )}
      {found.rankings.map((ranking) => (
        <PairRanking key={ranking.question} ranking={ranking} />
      ))}
      <Disagreements queue={of} />
    </div>
  );
}

const CHANCE_TO_FULL = [-0.2, 1] as const;

function Alphas({ questions }: { questions: readonly QuestionAgreement[] }) {
  return (
    <div className="strip-grid">
      {questions.map(({ question, kind, alpha, disputed }) => (
        <div key={question} className="strip-row">
          <span className="strip-name">
            {question}
            <span className="quiet small row-aside">
              {kind} · {plural(disputed, 'item')} disputed
            </span>
          </span>
          <IntervalStrip
            range={[Math.min(CHANCE_TO_FULL[0], alpha.low ?? 0), CHANCE_TO_FULL[1]]}
            rules={[{ at: 0, kind: 'zero' }]}
            marks={[{ key: question, ...alpha, colour: '--series-current' }]}
            label={`${question}: alpha ${metricFigure(alpha.value)}, interval ${metricFigure(alpha.low)} to ${metricFigure(alpha.high)}, n ${alpha.n}`}
          />
          <span className="strip-figures">
            <Measured
              value={alpha.value}
              low={alpha.low}
              high={alpha.high}
              n={alpha.n}
              reason={alpha.reason}
            />
          </span>
        </div>
      ))}
      <div className="strip-row strip-head">
        <span />
        <StripAxis
          range={CHANCE_TO_FULL}
          format={(value) => (value === 0 ? 'chance' : value === 1 ? 'full' : metricFigure(value))}
        />
        <span />
      </div>
    </div>
  );
}

function Settled({ question: { question, settled } }: { question: QuestionAgreement }) {
  return (
    <div className="stack-tight">
      <h3>{question}</h3>
      <div className="strip-grid narrow">
        {settled.values.map(({ answer, items, share: { value, low, high } }) => (
          <div key={answer} className="strip-row">
            <span className="strip-name">{answer}</span>
            <IntervalStrip
              range={[0, 1]}
              marks={[{ key: String(answer), value, low, high, colour: '--series-current' }]}
              label={`${answer}: ${share(value)}, interval ${share(low)} to ${share(high)}`}
            />
            <span className="strip-figures">
              <span>
                <strong>{share(value)}</strong>{' '}
                <span className="quiet">
                  [{share(low)}, {share(high)}]
                </span>
              </span>
              <span className="quiet">{plural(items, 'item')}</span>
            </span>
          </div>
        ))}
      </div>
      <p className="quiet small">
        {plural(settled.items, 'item')}, worth {count(Math.round(settled.effectiveItems))} drawn evenly
      </p>
    </div>
  );
}
