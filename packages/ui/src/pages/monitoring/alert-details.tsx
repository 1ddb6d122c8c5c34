import { Section } from '../../components/section.tsx';
import { plainFigure, pValue } from '../../format/figures.ts';

/** What else was recorded, as it was recorded. */
export function AlertDetails({ details }: { details: Record<string, unknown> }) {
  const entries = Object.entries(details);
  if (entries.length === 0) return null;
  return (
    <Section title="Recorded with it">
      <dl className="facts">
        {entries.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{name === 'p' || name === 'q' ? pValue(value as number) : show(value)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function show(value: unknown): React.ReactNode {
  if (typeof value === 'number') return plainFigure(value);
  if (typeof value === 'string') return value;
  return <code>{JSON.stringify(value)}</code>;
}
