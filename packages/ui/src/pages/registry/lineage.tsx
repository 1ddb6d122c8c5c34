import type { LineageStep } from '../../api/answers.ts';
import { CopyButton } from '../../components/copy-text.tsx';
import { Moment } from '../../components/moment.tsx';
import { ObjectLink } from '../../components/object-link.tsx';
import { Section } from '../../components/section.tsx';

/** From the rows and the commit to what serves now. */
export function Lineage({ steps }: { steps: readonly LineageStep[] }) {
  return (
    <Section title="Lineage" says="From rows and commit to what serves.">
      <ol className="lineage">
        {steps.map((step) => (
          <li key={`${step.kind} ${step.label} ${step.digest ?? ''} ${step.at ?? ''}`}>
            <span className="what">{step.kind.replaceAll('-', ' ')}</span>
            <span className="said">
              <ObjectLink to={step.to}>
                <strong>{step.label}</strong>
              </ObjectLink>{' '}
              {step.digest === null ? null : (
                <CopyButton text={step.digest} label={`digest of ${step.kind} ${step.label}`} />
              )}
              <br />
              <span className="quiet small">
                {step.detail}
                {step.at === null ? null : (
                  <>
                    {step.detail === '' ? '' : ' · '}
                    <Moment at={step.at} />
                  </>
                )}
                {step.endedAt === null ? null : (
                  <>
                    {' to '}
                    <Moment at={step.endedAt} />
                  </>
                )}
              </span>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
