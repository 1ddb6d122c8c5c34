import type { ServerFigures } from '../../http/api/figures-operations.ts';
import { count, figure } from '../../kernel/figures.ts';
import { formatTable, type TableColumn } from '../format-table.ts';
import { duration } from '../format-values.ts';

export interface TopView {
  /** Where the server is. */
  url: string;
  figures: ServerFigures;
  /** By endpoint, one sentence a rollout under way. */
  rollouts: ReadonlyMap<string, string>;
}

const COLUMNS: readonly TableColumn[] = [
  { heading: 'endpoint' },
  { heading: 'arm' },
  { heading: 'release' },
  ...['req/s', 'p50 ms', 'p95 ms', 'p99 ms', 'batch', 'queue', 'failed', 'shed', 'memory'].map((heading) => ({
    heading,
    align: 'right' as const,
  })),
];

/** A server’s figures as a page of text: the server in two lines, then a line an arm, then what is wrong. */
export function describeFigures({ url, figures, rollouts }: TopView): string[] {
  const { process, predictions, endpoints, minutes, at } = figures;
  const clock = new Date(at).toISOString().slice(11, 19);
  return [
    `${url}   up ${duration(process.upMs)}   memory ${byteSize(process.memoryBytes)}   ${clock} UTC`,
    `predictions: ${count(predictions.logged)} logged, ${count(predictions.queued)} waiting, ${count(predictions.shed)} shed   (requests a second over 10 s, the rest over ${minutes} min)`,
    '',
    ...(endpoints.length === 0
      ? ['No endpoint serves yet: `airworthy ship` deploys one.']
      : formatTable(COLUMNS, endpoints.flatMap(rowsOf)).split('\n')),
    ...endpoints.flatMap(({ endpoint, problem }) =>
      problem === null ? [] : ['', `${endpoint}: ${problem}`],
    ),
    ...[...rollouts].flatMap(([endpoint, sentence]) => ['', `${endpoint}: ${sentence}`]),
  ];
}

type Endpoint = ServerFigures['endpoints'][number];

function rowsOf({ endpoint, state, arms }: Endpoint): string[][] {
  if (arms.length === 0) return [[endpoint, '-', state, ...Array.from({ length: 9 }, () => '')]];
  return arms.map((arm, index) => [
    index === 0 ? endpoint : '',
    arm.arm,
    `${arm.model} v${arm.version}`,
    rate(arm.rate),
    milliseconds(arm.p50Ms),
    milliseconds(arm.p95Ms),
    milliseconds(arm.p99Ms),
    arm.batchMean === null ? '-' : arm.batchMean.toFixed(1),
    arm.queue.toFixed(1),
    count(arm.failures),
    count(arm.shed),
    arm.memoryBytes === null ? '-' : byteSize(arm.memoryBytes),
  ]);
}

function rate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond));
}

function milliseconds(value: number | null): string {
  if (value === null) return '-';
  return value < 10 ? value.toFixed(2) : figure(value);
}

function byteSize(bytes: number): string {
  const megabytes = bytes / 2 ** 20;
  if (megabytes < 1) return `${count(Math.ceil(bytes / 1_024))} KB`;
  return `${megabytes < 10 ? megabytes.toFixed(1) : count(Math.round(megabytes))} MB`;
}

/** Lines no wider and no more than the screen has room for; what had no room is said. */
export function fitLines(
  lines: readonly string[],
  { columns, rows }: { columns: number; rows: number },
): string[] {
  const narrow = (line: string) =>
    line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
  if (lines.length <= rows) return lines.map(narrow);
  const hidden = lines.length - rows + 1;
  return [...lines.slice(0, rows - 1), `… ${hidden} more lines: make the window higher`].map(narrow);
}
