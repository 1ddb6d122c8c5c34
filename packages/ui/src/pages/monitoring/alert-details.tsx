import type { Alert } from '../../api/answers.ts';
import { Moment } from '../../components/moment.tsx';
import { Section } from '../../components/section.tsx';

/** What was seen, signal by signal, and what became of the alert. */
export function AlertDetails({ details }: { details: Alert['evidence']['details'] }) {
  const { signals, firstSeen, muted, resolution } = details;
  return (
    <Section title="What was seen">
      <div className="stack-tight">
        <ul className="item-list">
          {signals.map((signal) => (
            <li key={`${signal.subject} ${signal.width} ${signal.says}`}>
              <span>{signal.says}</span>
              <span className="quiet small">by {signal.width}</span>
            </li>
          ))}
        </ul>
        <p className="quiet">
          First seen <Moment at={firstSeen} />.{muted === null ? '' : ` Not told: maintenance (${muted}).`}
          {resolution === null ? '' : ` Resolved: ${resolution}.`}
        </p>
      </div>
    </Section>
  );
}
