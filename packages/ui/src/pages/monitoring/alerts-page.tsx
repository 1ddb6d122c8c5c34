import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { OverviewAnswer } from '../../api/answers.ts';
import { overview } from '../../api/queries.ts';
import { EXACT } from '../../app/exact-link.ts';
import type { AlertsSearch } from '../../app/router.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Section } from '../../components/section.tsx';
import { count, plural, share } from '../../format/figures.ts';
import { AlertTable } from './alert-table.tsx';

const STATES = ['open', 'acknowledged', 'resolved'] as const;
const TIERS = ['page', 'ticket', 'digest'] as const;

/** How what serves is faring, and every alert. */
export function AlertsPage() {
  const search = useSearch({ from: '/monitoring' });
  const { data } = useQuery(overview());
  return (
    <PageFrame title="Monitoring" answer={data ? <Answer {...data} /> : null}>
      {data === undefined ? null : <Watched {...data} />}
      <div className="row">
        <Choices
          name="State"
          search={search}
          choose={(state) => ({ state })}
          words={STATES}
          chosen={search.state}
        />
        <Choices
          name="Tier"
          search={search}
          choose={(tier) => ({ tier })}
          words={TIERS}
          chosen={search.tier}
        />
      </div>
      <AlertTable {...search} />
    </PageFrame>
  );
}

function Answer({ stages }: OverviewAnswer) {
  return <p>{stages.find(({ stage }) => stage === 'monitoring')?.fact}</p>;
}

function Watched({ serving, labels }: OverviewAnswer) {
  if (serving.length === 0) return null;
  return (
    <Section title="What is watched">
      <ul className="item-list">
        {serving.map(({ endpoint }) => {
          const state = labels.find((one) => one.endpoint === endpoint);
          return (
            <li key={endpoint}>
              <span className="row">
                <strong>{endpoint}</strong>
                <Link to="/serving/$endpoint" params={{ endpoint }} search={{ tab: 'drift' }}>
                  drift<span className="hidden-text"> of {endpoint}</span>
                </Link>
                <Link to="/serving/$endpoint" params={{ endpoint }} search={{ tab: 'performance' }}>
                  performance<span className="hidden-text"> of {endpoint}</span>
                </Link>
              </span>
              {state === undefined ? null : (
                <span className="quiet">
                  {plural(state.predictions, 'prediction')} of version {state.version}, {count(state.labels)}{' '}
                  labelled
                  {state.maturity === null
                    ? ''
                    : `; ${share(state.maturity)} of the newest window’s labels known`}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

interface ChoicesProps<Word extends string> {
  name: string;
  search: AlertsSearch;
  words: readonly Word[];
  chosen: Word | undefined;
  choose: (word: Word | undefined) => { state?: Word | undefined } | { tier?: Word | undefined };
}

/** Which are listed; the choice is in the address. */
function Choices<Word extends string>({ name, search, words, chosen, choose }: ChoicesProps<Word>) {
  const to = (word: Word | undefined): AlertsSearch => {
    const next = { ...search, ...choose(word) };
    return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined));
  };
  return (
    <nav className="choices" aria-label={name}>
      <Link to="/monitoring" search={to(undefined)} aria-current={chosen === undefined} activeOptions={EXACT}>
        any {name.toLowerCase()}
      </Link>
      {words.map((word) => (
        <Link
          key={word}
          to="/monitoring"
          search={to(word)}
          aria-current={chosen === word}
          activeOptions={EXACT}
        >
          {word}
        </Link>
      ))}
    </nav>
  );
}
