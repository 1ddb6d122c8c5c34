import type { UsageItem } from '../../../api/serving-answers.ts';
import type { UsageKey } from '../../../app/serving-routes.ts';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { costText, count, duration, share } from '../../../format/figures.ts';
import { KEY_WORDS, keyWords } from './usage-words.ts';

/** What each took of calls, tokens, money and time. */
export function UsageTable({ items, by }: { items: readonly UsageItem[]; by: UsageKey }) {
  const columns: readonly Column<UsageItem>[] = [
    {
      id: 'key',
      header: KEY_WORDS[by],
      heads: true,
      value: ({ key }) => key,
      show: ({ key }) => (
        <span className="wrapping-name" title={key}>
          {keyWords(key)}
        </span>
      ),
    },
    ...COLUMNS,
  ];
  return <DataTable label={`Use by ${by}`} rows={items} columns={columns} rowKey={({ key }) => key} />;
}

const figure = (
  id: keyof UsageItem,
  header: string,
  show: (item: UsageItem) => string,
): Column<UsageItem> => ({
  ...{ id, header, show, number: true },
  value: (item) => item[id],
});

const COLUMNS: readonly Column<UsageItem>[] = [
  figure('cost', 'Cost', ({ cost }) => costText(cost)),
  figure('calls', 'Calls', ({ calls }) => count(calls)),
  figure('failures', 'Failed', ({ failures, calls }) =>
    failures === 0 ? '0' : `${count(failures)} (${share(failures / calls)})`,
  ),
  figure('cached', 'Cached', ({ cached }) => count(cached)),
  figure('inputTokens', 'Tokens in', ({ inputTokens }) => count(inputTokens)),
  figure('outputTokens', 'Tokens out', ({ outputTokens }) => count(outputTokens)),
  figure('p50Ms', 'Median', ({ p50Ms }) => duration(p50Ms)),
  figure('p95Ms', '95 %', ({ p95Ms }) => duration(p95Ms)),
];
