import { Link } from '@tanstack/react-router';
import type { ArmFigures } from '../../../api/serving-answers.ts';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { bytes, count, duration, plainFigure, share } from '../../../format/figures.ts';
import { ArmName } from '../arm-name.tsx';

/** The arms beside each other: what each was asked, how fast it answers, what waits. */
export function ArmTable({ arms }: { arms: readonly ArmFigures[] }) {
  const names = arms.map(({ arm }) => arm);
  const columns: readonly Column<ArmFigures>[] = [
    {
      id: 'arm',
      header: 'Arm',
      heads: true,
      value: ({ arm }) => arm,
      show: ({ arm }) => <ArmName arm={arm} among={names} />,
    },
    ...COLUMNS,
  ];
  return (
    <DataTable
      label="Arms"
      rows={arms}
      columns={columns}
      rowKey={({ arm, version }) => `${arm} ${version}`}
    />
  );
}

const COLUMNS: readonly Column<ArmFigures>[] = [
  {
    id: 'version',
    header: 'Version',
    value: ({ version }) => version,
    show: ({ model, version }) => (
      <Link to="/registry/$model/$number" params={{ model, number: String(version) }}>
        {model} {version}
      </Link>
    ),
  },
  {
    id: 'rate',
    header: 'Requests/s',
    number: true,
    value: ({ rate }) => rate,
    show: ({ rate }) => plainFigure(rate),
  },
  {
    id: 'requests',
    header: 'Requests',
    number: true,
    value: ({ requests }) => requests,
    show: ({ requests }) => count(requests),
  },
  {
    id: 'failures',
    header: 'Failed',
    number: true,
    value: ({ failures }) => failures,
    show: ({ failures, requests }) =>
      failures === 0 ? '0' : `${count(failures)} (${share(failures / Math.max(1, requests))})`,
  },
  {
    id: 'shed',
    header: 'Turned away',
    number: true,
    value: ({ shed }) => shed,
    show: ({ shed }) => count(shed),
  },
  ...(['p50Ms', 'p95Ms', 'p99Ms'] as const).map(
    (key): Column<ArmFigures> => ({
      id: key,
      header: { p50Ms: 'Median', p95Ms: '95 %', p99Ms: '99 %' }[key],
      number: true,
      value: (row) => row[key],
      show: (row) => duration(row[key]),
    }),
  ),
  {
    id: 'batch',
    header: 'Batch',
    number: true,
    value: ({ batchMean }) => batchMean,
    show: ({ batchMean }) => plainFigure(batchMean),
  },
  {
    id: 'queue',
    header: 'Waiting',
    number: true,
    value: ({ queue }) => queue,
    show: ({ queue }) => plainFigure(queue),
  },
  {
    id: 'memory',
    header: 'Memory',
    number: true,
    value: ({ memoryBytes }) => memoryBytes,
    show: ({ memoryBytes }) => (memoryBytes === null ? '—' : bytes(memoryBytes)),
  },
];
