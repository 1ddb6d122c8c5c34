import '../../../styles/serving.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { overview } from '../../../api/queries.ts';
import type { GatewayUsage } from '../../../api/serving-answers.ts';
import { gatewayUsage } from '../../../api/serving-queries.ts';
import { EXACT } from '../../../app/exact-link.ts';
import {
  type GatewaySearch,
  USAGE_KEYS,
  USAGE_RANGES,
  type UsageKey,
  type UsageRange,
} from '../../../app/serving-routes.ts';
import { EmptyState } from '../../../components/empty-state.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { ServingNav } from '../serving-nav.tsx';
import { Budgets } from './budgets.tsx';
import { Routes } from './routes.tsx';
import { UsageCharts } from './usage-charts.tsx';
import { RANGE_WORDS, usagePeriod } from './usage-period.ts';
import { UsageTable } from './usage-table.tsx';
import { usageInWords } from './usage-words.ts';

/** Calls to language models: what they cost and how long they took, by whom, within which budgets, to where. */
export function GatewayPage() {
  const { by = 'model', range = '28d' } = useSearch({ from: '/gateway' });
  const now = useQuery(overview()).data?.now;
  const query = useQuery({
    ...gatewayUsage({ ...usagePeriod(range, now ?? 0), by }),
    enabled: now !== undefined,
  });
  return (
    <PageFrame
      title="Gateway"
      actions={<ServingNav />}
      answer={query.data ? <p>{usageInWords(query.data, RANGE_WORDS[range])}</p> : null}
    >
      <QueryView query={query} rows={12}>
        {(usage) => <Usage usage={usage} by={by} range={range} />}
      </QueryView>
      <Budgets />
      <Routes />
    </PageFrame>
  );
}

interface UsageProps {
  usage: GatewayUsage;
  by: UsageKey;
  range: UsageRange;
}

function Usage({ usage, by, range }: UsageProps) {
  if (usage.items.length === 0) {
    return (
      <div className="stack-tight">
        <Ranges by={by} range={range} />
        <EmptyState
          title={`No language model was asked through this server in the last ${RANGE_WORDS[range]}.`}
          command={`export OPENAI_BASE_URL=${location.origin}/v1`}
        >
          Every OpenAI client then asks here; airworthy run sets this by itself.
        </EmptyState>
      </div>
    );
  }
  return (
    <>
      <Ranges by={by} range={range} />
      <UsageCharts usage={usage} by={by} />
      <Section title={`By ${by}`} says="The most expensive first." actions={<Keys by={by} range={range} />}>
        <UsageTable items={usage.items} by={by} />
      </Section>
    </>
  );
}

const searchOf = ({ by, range }: Required<GatewaySearch>): GatewaySearch => ({
  ...(by === 'model' ? {} : { by }),
  ...(range === '28d' ? {} : { range }),
});

function Ranges({ by, range }: Required<GatewaySearch>) {
  return (
    <nav className="choices" aria-label="How far back" style={{ justifySelf: 'start' }}>
      {USAGE_RANGES.map((each) => (
        <Link
          key={each}
          to="/gateway"
          search={searchOf({ by, range: each })}
          aria-current={each === range}
          activeOptions={EXACT}
          resetScroll={false}
        >
          {RANGE_WORDS[each]}
        </Link>
      ))}
    </nav>
  );
}

function Keys({ by, range }: Required<GatewaySearch>) {
  return (
    <nav className="choices" aria-label="By what">
      {USAGE_KEYS.map((each) => (
        <Link
          key={each}
          to="/gateway"
          search={searchOf({ by: each, range })}
          aria-current={each === by}
          activeOptions={EXACT}
          resetScroll={false}
        >
          {each}
        </Link>
      ))}
    </nav>
  );
}
