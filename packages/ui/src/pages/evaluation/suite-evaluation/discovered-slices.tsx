import type { DiscoveredSlice, SuiteReport } from '../../../api/evaluation-answers.ts';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { Section } from '../../../components/section.tsx';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { count, pValue, share } from '../../../format/figures.ts';
import { SaveSelection } from './save-selection.tsx';

interface Props {
  report: SuiteReport;
  task: string;
  slices: readonly DiscoveredSlice[];
}

/** Groups that a rule describes and in which more cases fail: found on one half, asked of the other. */
export function DiscoveredSlices({ report, task, slices }: Props) {
  const acts: Column<DiscoveredSlice> = {
    id: 'acts',
    header: 'Keep its cases as',
    show: (slice) => <SaveSelection evaluation={report.id} task={task} slice={slice} />,
  };
  return (
    <Section
      title="Where more fails"
      says="Rules found on one half of the cases and asked again of the other: only what held there is confirmed."
    >
      {slices.length === 0 ? (
        <p className="quiet">No group of at least a few cases fails more often than the rest.</p>
      ) : (
        <DataTable
          label="Slices in which more fails"
          rows={slices}
          columns={[...COLUMNS, acts]}
          rowKey={({ rule }) => rule}
        />
      )}
    </Section>
  );
}

const COLUMNS: readonly Column<DiscoveredSlice>[] = [
  {
    id: 'rule',
    header: 'Cases where',
    heads: true,
    value: ({ rule }) => rule,
    show: ({ rule }) => <code className="broken">{rule}</code>,
  },
  {
    id: 'status',
    header: 'Held on the other half',
    value: ({ status }) => status,
    show: ({ status }) => (
      <ConditionBadge condition={status === 'confirmed' ? 'good' : 'warn'}>{status}</ConditionBadge>
    ),
  },
  {
    id: 'fails',
    header: 'Fails',
    number: true,
    value: ({ failureRate }) => failureRate,
    show: ({ failureRate, restRate }) => (
      <>
        <strong>{share(failureRate)}</strong> <span className="quiet">elsewhere {share(restRate)}</span>
      </>
    ),
  },
  { id: 'n', header: 'n', number: true, value: ({ n }) => n, show: ({ n }) => count(n) },
  {
    id: 'q',
    header: 'q, and p on the other half',
    number: true,
    value: ({ q }) => q,
    show: ({ q, confirmedP }) => (
      <>
        {pValue(q)} <span className="quiet">{pValue(confirmedP)}</span>
      </>
    ),
  },
];
