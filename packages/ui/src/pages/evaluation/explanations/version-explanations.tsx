import '../../../styles/evaluation.css';
import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ExplanationItem } from '../../../api/explanation-answers.ts';
import { explanation, explanations } from '../../../api/explanation-queries.ts';
import { rowsOf } from '../../../api/list-pages.ts';
import type { ModelVersionSearch } from '../../../app/router.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { LabelledSelect } from '../../../components/labelled-select.tsx';
import { Moment } from '../../../components/moment.tsx';
import { Loading, QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { type EffectResult, linesOf } from './effect-lines.ts';
import { EffectPlot } from './effect-plot.tsx';
import { saysOf } from './effects-view.tsx';
import { ExplanationView } from './explanation-view.tsx';
import { answerWords, METHOD_WORDS, unitsWords } from './explanation-words.ts';

interface Props {
  model: string;
  version: number;
  bundle: string;
}

/** What was found by looking into a version: the newest of each method. */
export function VersionExplanations({ model, version, bundle }: Props) {
  const query = useInfiniteQuery(explanations({ model, bundle }));
  const items = query.data ? rowsOf(query.data) : [];
  const newest = METHODS.flatMap((wanted) => items.find(({ method }) => method === wanted) ?? []);
  return (
    <QueryView query={query} rows={4}>
      {() =>
        newest.length === 0 ? (
          <Section title="Explanation">
            <EmptyState
              title="Nobody has looked into this version yet."
              command={`npx airworthy explain ${model}@${version}`}
            >
              Shapley values of held-back rows; --method permutation, pdp, ice, ale or lime for other looks.
            </EmptyState>
          </Section>
        ) : (
          <Explained items={newest} />
        )
      }
    </QueryView>
  );
}

/** In the order in which they are read. */
const METHODS = ['shap', 'permutation', 'pdp', 'ice', 'ale', 'lime', 'lime-text'] as const;
const EFFECTS: ReadonlySet<string> = new Set(['pdp', 'ice', 'ale']);

function Explained({ items }: { items: readonly ExplanationItem[] }) {
  const { row, field } = useSearch({ from: '/registry/$model/$number' });
  const navigate = useNavigate({ from: '/registry/$model/$number' });
  const change = (fields: ModelVersionSearch) =>
    void navigate({
      search: (before) => ({ ...before, ...fields }),
      replace: true,
      resetScroll: false,
    });
  const queries = useQueries({ queries: items.map(({ id }) => explanation(id)) });
  const found = queries.flatMap(({ data }) => data ?? []);
  const effects = found.filter(({ result }) => EFFECTS.has(result.kind));
  const others = found.filter(({ result }) => !EFFECTS.has(result.kind));
  return (
    <div className="stack">
      {queries.some(({ isPending }) => isPending) ? <Loading rows={6} /> : null}
      {others.map((one) => (
        <section key={one.id} className="stack-tight" aria-label={METHOD_WORDS[one.spec.method]}>
          <p>
            {answerWords(one)}{' '}
            <Link to="/explanations/$explanation" params={{ explanation: one.id }}>
              {METHOD_WORDS[one.spec.method]}: definition and caveats
            </Link>{' '}
            <span className="quiet small">
              <Moment at={one.createdAt} />
            </span>
          </p>
          {one.result.kind === 'lime' ? null : (
            <ExplanationView explanation={one} row={row} chooseRow={(place) => change({ row: place })} />
          )}
        </section>
      ))}
      {effects.length === 0 ? null : (
        <Effects
          field={field}
          choose={(name) => change({ field: name })}
          results={effects.map((one) => ({
            ...one,
            result: one.result as EffectResult,
            units: unitsWords(one),
          }))}
        />
      )}
    </div>
  );
}

interface EffectsProps {
  results: readonly { id: string; model: string; version: number; units: string; result: EffectResult }[];
  field: string | undefined;
  choose: (field: string) => void;
}

/** One field as each method sees it: partial dependence, individual curves, accumulated effects. */
function Effects({ results, field, choose }: EffectsProps) {
  const fields = [...new Set(results.flatMap(({ result }) => result.fields.map(({ field }) => field)))];
  const chosen = field !== undefined && fields.includes(field) ? field : fields[0];
  return (
    <Section
      title="How the prediction goes with a field"
      says={`The prediction ${results[0].units}.`}
      actions={
        <LabelledSelect
          label="Field"
          value={chosen}
          options={fields.map((field) => ({ value: field, text: field }))}
          choose={choose}
        />
      }
    >
      <div className="columns">
        {results.map(({ id, model, version, result }) => {
          const lines = linesOf(result).find(({ field }) => field === chosen);
          if (lines === undefined) return null;
          return (
            <div key={id} className="stack-tight">
              <EffectPlot
                title={chosen}
                says={saysOf(result, lines.each.length)}
                lines={lines}
                file={`${model}-${version}-${result.kind}-${chosen}`}
              />
              <p className="small">
                <Link to="/explanations/$explanation" params={{ explanation: id }}>
                  {METHOD_WORDS[result.kind]} of every field
                </Link>
              </p>
            </div>
          );
        })}
      </div>
    </Section>
  );
}
