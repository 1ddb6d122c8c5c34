import type { DatasetItem } from '../../api/answers.ts';
import { type Condition, StateMark } from '../../components/state-mark.tsx';
import { plural } from '../../format/figures.ts';

type Severity = 'error' | 'warning' | 'info';

export const SEVERITY_CONDITIONS: Record<Severity, Condition> = {
  error: 'bad',
  warning: 'warn',
  info: 'idle',
};

/** How many findings of each severity; those there are none of are left out. */
export function FindingCounts({ counts }: { counts: DatasetItem['latest']['findings'] }) {
  const present = (['error', 'warning', 'info'] as const).filter((severity) => counts[severity] > 0);
  if (present.length === 0) return <span className="quiet">none</span>;
  return (
    <span className="row">
      {present.map((severity) => (
        <span key={severity}>
          <StateMark condition={SEVERITY_CONDITIONS[severity]} size={12} />{' '}
          {severity === 'info' ? `${counts.info} info` : plural(counts[severity], severity)}
        </span>
      ))}
    </span>
  );
}
