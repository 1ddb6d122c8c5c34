import { type Finding, SPLIT_CODES } from '../schema.ts';
import { streamColumns } from '../stored/stream-columns.ts';
import { exampleRows, percent, type Rule, type RuleContext, rowKey } from './rule-context.ts';

/** Test rows whose features and target also occur among the training rows: the model has seen the answer. */
export async function findSplitOverlap(
  rule: Rule<'split-overlap'>,
  context: RuleContext,
): Promise<Finding[]> {
  const { version, split } = context;
  if (!split) return [];
  const { target, features } = version.schema;
  const columns = [...features, ...(target ? [target.name] : [])];
  const keys = await rowKeys(context, columns);
  const train = keys.filter((_, row) => split.roles[row] === SPLIT_CODES.train).sort();
  const overlap: number[] = [];
  for (const [row, key] of keys.entries())
    if (split.roles[row] === SPLIT_CODES.test && includesSorted(train, key)) overlap.push(row);
  const tested = split.split.roles.test;
  if (overlap.length <= rule.maximum * tested) return [];
  const rows = overlap.slice(0, 5).join(', ');
  return [
    {
      ...{ rule: rule.rule, severity: rule.severity, count: overlap.length, of: tested },
      message: `${overlap.length} of ${tested} test rows (${percent(overlap.length / tested)}) also occur in training, target included`,
      examples: await exampleRows(context, `file_row_number IN (${rows})`, columns),
      remedy: 'Remove duplicates, or split by a group or by time so that equal rows stay on one side.',
    },
  ];
}

/** Equal rows, equal numbers: 53 bits of the rows' hashes. */
async function rowKeys(
  { engine, numbered, version }: RuleContext,
  columns: readonly string[],
): Promise<Float64Array> {
  const keys = new Float64Array(version.rows);
  const sql = `(${rowKey(columns)} % ${2 ** 53})::DOUBLE`;
  await streamColumns(
    engine,
    numbered,
    [{ name: 'key', form: 'number', sql, dictionary: [] }],
    (chunk, start) => {
      const vector = chunk.getColumnVector(0);
      for (let row = 0; row < chunk.rowCount; row++) keys[start + row] = vector.getItem(row) as number;
    },
  );
  return keys;
}

function includesSorted(sorted: Float64Array, value: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value;
}
