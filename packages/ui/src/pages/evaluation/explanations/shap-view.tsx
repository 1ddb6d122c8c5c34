import type { Explanation, ShapResult } from '../../../api/explanation-answers.ts';
import { LabelledSelect } from '../../../components/labelled-select.tsx';
import { Section } from '../../../components/section.tsx';

import { Beeswarm } from './beeswarm.tsx';
import { levelText, unitsWords } from './explanation-words.ts';
import { RowWaterfall } from './row-waterfall.tsx';

interface Props {
  explanation: Explanation;
  result: ShapResult;
  row: number | undefined;
  chooseRow: (row: number) => void;
}

/** Every row as dots, then one of them from the mean to its own prediction. */
export function ShapView({ explanation, result, row, chooseRow }: Props) {
  const file = `${explanation.model}-${explanation.version}-shap`;
  const units = unitsWords(explanation);
  const place = row !== undefined && row < result.rows.length ? row : 0;
  return (
    <>
      {result.rows.length > 1 ? (
        <Section title="All rows" says={`Right of zero raises the prediction; ${units}.`}>
          <Beeswarm result={result} file={file} />
        </Section>
      ) : null}
      <Section
        title="One row"
        says={`The values and the mean add up to the prediction, within ${result.residual.toPrecision(2)}.`}
        actions={
          result.rows.length > 1 ? (
            <LabelledSelect
              label="Row"
              value={String(place)}
              options={result.rows.map(({ row: number, output }, index) => ({
                value: String(index),
                text: `${number === null ? `record ${index + 1}` : `row ${number}`}: ${levelText(output)}`,
              }))}
              choose={(value) => chooseRow(Number(value))}
            />
          ) : null
        }
      >
        <RowWaterfall result={result} place={place} units={units} file={`${file}-row`} />
      </Section>
    </>
  );
}
