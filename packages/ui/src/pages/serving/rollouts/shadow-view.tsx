import type { RolloutDetail } from '../../../api/serving-answers.ts';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { Moment } from '../../../components/moment.tsx';
import { Section } from '../../../components/section.tsx';
import { count, share } from '../../../format/figures.ts';
import { inWords } from '../playground/answer-words.ts';
import type { Answer } from '../playground/predict.ts';

type Difference = RolloutDetail['shadow']['differences'][number];

const COLUMNS: readonly Column<Difference>[] = [
  { id: 'at', header: 'When', heads: true, value: ({ at }) => at, show: ({ at }) => <Moment at={at} /> },
  { id: 'answered', header: 'Was answered', show: ({ answered }) => <Shown value={answered} /> },
  { id: 'shadow', header: 'It would have said', show: ({ shadow }) => <Shown value={shadow} /> },
  {
    id: 'prediction',
    header: 'Prediction',
    show: ({ prediction }) => <code>{prediction.slice(0, 12)}</code>,
  },
];

/** What the version said in shadow, beside what was answered. */
export function ShadowView({ rollout: { shadow } }: { rollout: RolloutDetail }) {
  const { compared, disagreed, dropped, differences } = shadow;
  if (compared === 0 && dropped === 0) return null;
  return (
    <Section
      title="In shadow"
      says={`${count(compared)} answers compared: ${compared === 0 ? 'none differed' : `${share(disagreed / compared)} with another label`}${dropped === 0 ? '' : `; ${count(dropped)} left out for want of room`}.`}
    >
      {differences.length === 0 ? (
        <p className="quiet">No answer differed.</p>
      ) : (
        <DataTable
          label="Answers that differ"
          rows={differences}
          columns={COLUMNS}
          rowKey={({ prediction }) => prediction}
        />
      )}
    </Section>
  );
}

function Shown({ value }: { value: unknown }) {
  const isAnswer = typeof value === 'object' && value !== null;
  return (
    <span className="wrapping" title={JSON.stringify(value)}>
      {isAnswer ? inWords(value as Answer) : String(value)}
    </span>
  );
}
