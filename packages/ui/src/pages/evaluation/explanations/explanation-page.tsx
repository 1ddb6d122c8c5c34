import '../../../styles/evaluation.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { Explanation } from '../../../api/explanation-answers.ts';
import { explanation } from '../../../api/explanation-queries.ts';
import { Digest } from '../../../components/copy-text.tsx';
import { Fact } from '../../../components/fact.tsx';
import { Moment } from '../../../components/moment.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { count } from '../../../format/figures.ts';
import { ExplanationView } from './explanation-view.tsx';
import { answerWords, definitionWords, METHOD_WORDS, unitsWords } from './explanation-words.ts';

/** A model looked into by one method: the answer, the picture, then by which definition and over which rows. */
export function ExplanationPage() {
  const { explanation: id } = useParams({ from: '/explanations/$explanation' });
  const search = useSearch({ from: '/explanations/$explanation' });
  const navigate = useNavigate({ from: '/explanations/$explanation' });
  const query = useQuery(explanation(id));
  const found = query.data;
  return (
    <PageFrame
      title={
        found === undefined
          ? 'Explanation'
          : `${found.model} version ${found.version}: ${METHOD_WORDS[found.spec.method]}`
      }
      trail={
        found === undefined
          ? [{ label: 'Evaluation', to: '/evaluation' }]
          : [
              { label: 'Registry', to: '/registry' },
              { label: found.model, to: `/registry/${encodeURIComponent(found.model)}` },
              {
                label: `version ${found.version}`,
                to: `/registry/${encodeURIComponent(found.model)}/${found.version}`,
              },
            ]
      }
      answer={found === undefined ? null : <p>{answerWords(found)}</p>}
    >
      <QueryView query={query} rows={12}>
        {(data) => (
          <div className="stack">
            <ExplanationView
              explanation={data}
              row={search.row}
              chooseRow={(row) =>
                void navigate({
                  search: (previous) => ({ ...previous, row }),
                  replace: true,
                  resetScroll: false,
                })
              }
            />
            <HowMade explanation={data} />
          </div>
        )}
      </QueryView>
    </PageFrame>
  );
}

function HowMade({ explanation: one }: { explanation: Explanation }) {
  return (
    <Section title="How to read it">
      <div className="stack-tight">
        {one.caveats.length === 0 ? null : (
          <ul className="plain-list">
            {one.caveats.map((caveat) => (
              <li key={caveat}>{caveat}</li>
            ))}
          </ul>
        )}
        <dl className="facts">
          <Fact name="Definition">{definitionWords(one)}</Fact>
          <Fact name="Units">{unitsWords(one)}</Fact>
          <Fact name="Rows">
            of{' '}
            <Link to="/data/$dataset" params={{ dataset: one.dataset.name }}>
              {one.dataset.name}
            </Link>
            , {count(one.backgroundRows)} in the background
          </Fact>
          <Fact name="Predictions asked">
            {count(one.calls.made)} of at most {count(one.calls.cap)}
          </Fact>
          <Fact name="Seed">{one.spec.seed}</Fact>
          <Fact name="Bundle">
            <Digest digest={one.bundle} label="digest of the bundle" />
          </Fact>
          <Fact name="Made">
            <Moment at={one.createdAt} />
          </Fact>
        </dl>
      </div>
    </Section>
  );
}
