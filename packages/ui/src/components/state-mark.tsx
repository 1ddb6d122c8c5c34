/** How a stage, an endpoint or a run is doing. Each state has its own shape: nothing is told by colour alone. */
export type Condition = 'good' | 'warn' | 'bad' | 'idle' | 'working';

const PATHS: Record<Condition, React.ReactNode> = {
  good: (
    <>
      <circle cx="8" cy="8" r="7" fill="var(--good)" />
      <path d="m4.800 8.200 2.200 2.200 4.300-4.600" fill="none" stroke="var(--surface)" strokeWidth="1.8" />
    </>
  ),
  warn: (
    <>
      <path d="M8 1.200 15.400 14.400H.600z" fill="var(--warn)" />
      <path d="M8 6v4M8 11.300v1.400" stroke="var(--surface)" strokeWidth="1.7" />
    </>
  ),
  bad: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="2" fill="var(--bad)" />
      <path d="m5 5 6 6m0-6-6 6" stroke="var(--surface)" strokeWidth="1.8" />
    </>
  ),
  idle: (
    <circle cx="8" cy="8" r="6" fill="none" stroke="var(--idle)" strokeWidth="1.6" strokeDasharray="3 2.3" />
  ),
  working: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="var(--line-strong)" strokeWidth="2" />
      <path d="M8 2a6 6 0 0 1 6 6" fill="none" stroke="var(--accent)" strokeWidth="2" />
    </>
  ),
};

interface Props {
  condition: Condition;
  /** Read aloud; absent where the word stands beside the mark. */
  label?: string;
  size?: number;
}

export function StateMark({ condition, label, size = 14 }: Props) {
  const shared = { className: 'state-mark', viewBox: '0 0 16 16', width: size, height: size };
  if (label === undefined) {
    return (
      <svg {...shared} aria-hidden="true">
        {PATHS[condition]}
      </svg>
    );
  }
  return (
    <svg {...shared} role="img" aria-label={label}>
      {PATHS[condition]}
    </svg>
  );
}
