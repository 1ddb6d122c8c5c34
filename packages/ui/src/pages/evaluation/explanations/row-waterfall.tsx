import type { ShapResult } from '../../../api/explanation-answers.ts';
import { ChartFrame } from '../../../components/chart-frame.tsx';
import { type FloatingBar, FloatingBars } from '../../../components/floating-bars.tsx';
import { share } from '../../../format/figures.ts';
import { levelText, movedText, valueText } from './explanation-words.ts';

interface Props {
  result: ShapResult;
  /** Place among the rows that were explained. */
  place: number;
  units: string;
  file: string;
}

/** So many fields have a step of their own; the rest are one. */
const MOST = 12;
/** Of a normal estimate 95 % lie within so many standard errors. */
const WIDTH = 1.96;

/** From the mean prediction to this row's, field by field, the strongest first. */
export function RowWaterfall({ result, place, units, file }: Props) {
  const row = result.rows[place];
  const bars = stepsOf(result, place);
  return (
    <ChartFrame
      title={row.row === null ? `The record given, number ${place + 1}` : `Held-back row ${row.row}`}
      says={`${levelText(result.base)} → ${levelText(row.output)} ${units}${row.probability === null ? '' : `, a probability of ${share(row.probability)}`}`}
      file={file}
      data={{
        columns: ['field', 'value', 'moves by', 'standard error'],
        rows: result.features.map(({ name }, index) => [
          ...[name, valueText(row.record[name]), row.values[index], row.errors?.[index] ?? null],
        ]),
      }}
    >
      <FloatingBars
        bars={bars}
        format={levelText}
        rules={[
          { at: result.base, label: `mean ${levelText(result.base)}` },
          { at: row.output, label: `this row ${levelText(row.output)}` },
        ]}
        label={`From ${levelText(result.base)} to ${levelText(row.output)}: ${bars.map(({ name, text }) => `${name} ${text}`).join(', ')}`}
      />
    </ChartFrame>
  );
}

function stepsOf({ features, rows, base }: ShapResult, place: number): FloatingBar[] {
  const { values, errors, record } = rows[place];
  const order = features
    .map(({ name }, index) => ({ name, value: values[index], error: errors?.[index] }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const [own, rest] = [order.slice(0, MOST), order.slice(MOST)];
  const steps = own.map(({ name, value, error }) => ({
    name: `${name} = ${valueText(record[name])}`,
    value,
    error,
  }));
  if (rest.length > 0) {
    const sum = rest.reduce((total, { value }) => total + value, 0);
    steps.push({ name: `${rest.length} other fields`, value: sum, error: undefined });
  }
  let at = base;
  return steps.map(({ name, value, error }) => {
    const from = at;
    at += value;
    const whisker =
      error === undefined || error === 0 ? {} : { low: at - WIDTH * error, high: at + WIDTH * error };
    return { key: name, name, from, to: at, text: movedText(value), ...whisker };
  });
}
