import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ModelVersionAnswer } from '../../api/answers.ts';
import { rowsOf } from '../../api/list-pages.ts';
import { models, modelVersion, modelVersions } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Loading, QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { VerdictEvidence } from '../../components/verdict-evidence.tsx';
import { EvaluationNav } from './evaluation-nav.tsx';
import { SuitesAnswer, SuitesPanel } from './suites/suites-panel.tsx';

/** So many of each model's newest versions; the rest are with the model. */
const NEWEST = 4;

/** The verdicts: what each candidate had to show, and what it showed. */
export function EvaluationPage() {
  const query = useInfiniteQuery(models());
  const found = query.data ? rowsOf(query.data) : [];
  return (
    <PageFrame
      title="Evaluation"
      actions={<EvaluationNav />}
      answer={
        <>
          <SuitesAnswer />
          <p className="quiet">
            A gate passes only where the whole interval clears what was demanded; else it fails, or is
            undecided.
          </p>
        </>
      }
    >
      <SuitesPanel />
      <QueryView query={query}>
        {() =>
          found.length === 0 ? (
            <EmptyState title="No model has been judged yet." command="npx airworthy ship --until evaluation">
              A candidate is judged on rows it was not trained on.
            </EmptyState>
          ) : (
            <div className="stack">
              {found.map(({ name }) => (
                <Verdicts key={name} model={name} />
              ))}
            </div>
          )
        }
      </QueryView>
    </PageFrame>
  );
}

function Verdicts({ model }: { model: string }) {
  const query = useInfiniteQuery(modelVersions(model));
  const newest = (query.data ? rowsOf(query.data) : []).slice(0, NEWEST);
  const details = useQueries({ queries: newest.map(({ number }) => modelVersion(model, number)) });
  return (
    <>
      {query.data === undefined ? <Loading rows={6} /> : null}
      {details.map((detail, index) => (
        <QueryView key={newest[index].number} query={detail} rows={4}>
          {(version) => <VersionVerdicts version={version} />}
        </QueryView>
      ))}
      <p>
        <Link to="/registry/$model" params={{ model }}>
          All versions of {model}
        </Link>
      </p>
    </>
  );
}

function VersionVerdicts({ version }: { version: ModelVersionAnswer }) {
  return (
    <Section
      title={`${version.model} version ${version.number}`}
      actions={
        <Link to="/registry/$model/$number" params={{ model: version.model, number: String(version.number) }}>
          evidence<span className="hidden-text"> of version {version.number}</span>
        </Link>
      }
      says={<Moment at={version.createdAt} />}
    >
      {version.verdicts.length === 0 ? <p className="quiet">No gate was asked.</p> : null}
      <div className="columns">
        {version.verdicts.map((verdict) => (
          <VerdictEvidence key={verdict.id} verdict={verdict} />
        ))}
      </div>
    </Section>
  );
}
