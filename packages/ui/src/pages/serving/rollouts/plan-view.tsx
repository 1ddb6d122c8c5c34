import { Link } from '@tanstack/react-router';
import type { RolloutDetail, RolloutStep } from '../../../api/serving-answers.ts';
import { CopyButton } from '../../../components/copy-text.tsx';
import { Fact } from '../../../components/fact.tsx';
import { Moment } from '../../../components/moment.tsx';
import { Section } from '../../../components/section.tsx';
import { count, plainFigure, share } from '../../../format/figures.ts';
import { stepWords } from './rollout-state.ts';

/** What was decided before it began. */
export function PlanView({ rollout }: { rollout: RolloutDetail }) {
  const { plan, model, version, control, reason, startedAt, endedAt } = rollout;
  return (
    <Section
      title="Plan"
      says="Fixed when it began."
      actions={<CopyButton text={JSON.stringify(plan, null, 2)} label="plan as JSON" />}
    >
      <dl className="facts">
        <Fact name="Rolled out">
          <Link to="/registry/$model/$number" params={{ model, number: String(version) }}>
            {model} version {version}
          </Link>{' '}
          <span className="quiet">beside version {control}</span>
        </Fact>
        <Fact name="Why">{reason}</Fact>
        <Fact name="Began">
          <Moment at={startedAt} />
        </Fact>
        {endedAt === null ? null : (
          <Fact name="Ended">
            <Moment at={endedAt} />
          </Fact>
        )}
        <Fact name="Steps">
          <ol>
            {plan.steps.map((step, index) => (
              <li key={stepKey(step, index)}>{stepSentence(step)}</li>
            ))}
          </ol>
        </Fact>
        <Fact name="Guards">
          {plan.guards.map(({ metric, onFail }) => `${metric} (${onFail})`).join(', ') || 'none'}
        </Fact>
        <Fact name="False alarms">
          at most {share(plan.alpha)} over all guards and steps (α {plainFigure(plan.alpha)})
        </Fact>
      </dl>
    </Section>
  );
}

/** Steps may be alike: their place tells them apart. */
function stepKey({ mode }: RolloutStep, index: number): string {
  return `${index} ${mode}`;
}

function stepSentence(step: RolloutStep): string {
  const { label, detail } = stepWords(step);
  const { minRequests, minMinutes, maxMinutes } = step;
  return `${label}, ${detail}: at least ${count(minRequests)} requests and ${minutesInWords(minMinutes)}, at most ${minutesInWords(maxMinutes)}`;
}

function minutesInWords(minutes: number): string {
  return minutes < 120 ? `${plainFigure(minutes)} min` : `${plainFigure(minutes / 60)} h`;
}
