import type { Explanation, LimeResult } from '../../../api/explanation-answers.ts';
import { ChartFrame } from '../../../components/chart-frame.tsx';
import { FloatingBars } from '../../../components/floating-bars.tsx';
import { Section } from '../../../components/section.tsx';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { share } from '../../../format/figures.ts';
import { levelText, movedText } from './explanation-words.ts';

type LimeRow = LimeResult['rows'][number];

/** A local model a row; where it cannot be trusted it is not shown, and why is said. */
export function LimeView({ explanation, result }: { explanation: Explanation; result: LimeResult }) {
  return result.rows.map((row, index) => (
    <Section
      key={`${row.row ?? 'record'} ${row.output} ${row.r2}`}
      title={row.row === null ? `The record given, number ${index + 1}` : `Held-back row ${row.row}`}
      says={`The model says ${levelText(row.output)}, the local model ${levelText(row.localPrediction)}; R² ${row.r2.toFixed(2)}, ${share(row.stability)} of the strongest terms come again with another seed.`}
    >
      {row.shown ? (
        <Terms row={row} file={`${explanation.model}-${explanation.version}-lime-${index}`} />
      ) : (
        <p className="row">
          <ConditionBadge condition="warn">not shown</ConditionBadge> {row.reason}
        </p>
      )}
    </Section>
  ));
}

function Terms({ row: { terms }, file }: { row: LimeRow; file: string }) {
  return (
    <ChartFrame
      title="Weights of the local model"
      file={file}
      data={{
        columns: ['term', 'field', 'weight'],
        rows: terms.map(({ name, field, weight }) => [name, field, weight]),
      }}
    >
      <FloatingBars
        bars={terms.map(({ name, weight }) => ({
          key: name,
          name,
          from: 0,
          to: weight,
          text: movedText(weight),
        }))}
        format={levelText}
        label={`Weights of the local model: ${terms.map(({ name, weight }) => `${name} ${movedText(weight)}`).join(', ')}`}
      />
    </ChartFrame>
  );
}
