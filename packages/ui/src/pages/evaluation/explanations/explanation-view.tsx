import type { Explanation } from '../../../api/explanation-answers.ts';
import { Section } from '../../../components/section.tsx';
import { EffectsView } from './effects-view.tsx';
import { ImportanceBars } from './importance-bars.tsx';
import { LimeView } from './lime-view.tsx';
import { ShapView } from './shap-view.tsx';

interface Props {
  explanation: Explanation;
  row: number | undefined;
  chooseRow: (row: number) => void;
}

/** An explanation as its method draws it. */
export function ExplanationView({ explanation, row, chooseRow }: Props) {
  const { result } = explanation;
  switch (result.kind) {
    case 'shap':
      return <ShapView explanation={explanation} result={result} row={row} chooseRow={chooseRow} />;
    case 'permutation':
      return (
        <Section
          title="Importance"
          says="A field that others can stand in for looks less important than it is."
        >
          <ImportanceBars result={result} file={`${explanation.model}-${explanation.version}-importance`} />
        </Section>
      );
    case 'lime':
      return <LimeView explanation={explanation} result={result} />;
    default:
      return <EffectsView explanation={explanation} result={result} />;
  }
}
