import type { Explanation } from '../../../api/explanation-answers.ts';
import { Section } from '../../../components/section.tsx';
import { type EffectResult, linesOf } from './effect-lines.ts';
import { EffectPlot } from './effect-plot.tsx';
import { METHOD_WORDS, unitsWords } from './explanation-words.ts';

interface Props {
  explanation: Explanation;
  result: EffectResult;
}

/** A picture a field, the same for partial dependence, individual curves and accumulated effects. */
export function EffectsView({ explanation, result }: Props) {
  const skipped = result.kind === 'ale' ? result.skipped : [];
  return (
    <Section title="By field" says={`The prediction ${unitsWords(explanation)}, over ${result.n} rows.`}>
      <div className="columns">
        {linesOf(result).map((lines) => (
          <EffectPlot
            key={lines.field}
            title={lines.field}
            says={saysOf(result, lines.each.length)}
            lines={lines}
            file={`${explanation.model}-${explanation.version}-${result.kind}-${lines.field}`}
          />
        ))}
      </div>
      {skipped.map(({ field, reason }) => (
        <p key={field} className="quiet small">
          {field}: {reason}
        </p>
      ))}
    </Section>
  );
}

/** What the picture shows, in a few words. */
export function saysOf(result: EffectResult, curves: number): string {
  const words = METHOD_WORDS[result.kind];
  if (result.kind === 'pdp') return `${words}, with the middle 80 % of rows`;
  if (result.kind === 'ale') return `${words}, around zero`;
  return curves < result.fields[0].curves.length
    ? `${words} from the first value on, ${curves} of ${result.n} rows, and their mean`
    : `${words} from the first value on, and their mean`;
}
