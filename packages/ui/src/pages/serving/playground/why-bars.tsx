import { type FloatingBar, FloatingBars } from '../../../components/floating-bars.tsx';
import { plainFigure, signedFigure } from '../../../format/figures.ts';
import type { Why } from './predict.ts';

/** So many fields have a step of their own; the rest are one. */
const MOST = 10;

/** From the answer with nothing known to this one, field by field, the strongest first. */
export function WhyBars({ why: { baseline, contributions } }: { why: Why }) {
  // Where there are several classes, of the first: the answer as JSON has them all.
  const steps = Object.entries(contributions)
    .map(([name, moved]) => ({ name, moved: moved[0] }))
    .sort((a, b) => Math.abs(b.moved) - Math.abs(a.moved));
  const [own, rest] = [steps.slice(0, MOST), steps.slice(MOST)];
  if (rest.length > 0)
    own.push({ name: `${rest.length} others`, moved: rest.reduce((sum, { moved }) => sum + moved, 0) });
  const bars = waterfall(baseline[0], own);
  const end = bars.at(-1)?.to ?? baseline[0];
  return (
    <figure aria-label="Why">
      <FloatingBars
        bars={bars}
        format={plainFigure}
        rules={[
          { at: baseline[0], label: `nothing known ${plainFigure(baseline[0])}` },
          { at: end, label: `this record ${plainFigure(end)}` },
        ]}
        label={`Why: ${bars.map(({ name, text }) => `${name} ${text}`).join(', ')}`}
      />
      <figcaption className="quiet small">
        Shapley values in the model’s own units: for classes, the log-odds.
      </figcaption>
    </figure>
  );
}

function waterfall(baseline: number, steps: readonly { name: string; moved: number }[]): FloatingBar[] {
  let at = baseline;
  return steps.map(({ name, moved }) => {
    const from = at;
    at += moved;
    return { key: name, name, from, to: at, text: signedFigure(moved) };
  });
}
