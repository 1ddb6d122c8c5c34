import type { ReviewerAgreement } from '../../../api/review-answers.ts';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { Measured } from '../../../components/measured.tsx';
import { count, share } from '../../../format/figures.ts';

/** Each person by question: how far they agree with the others, and how they did on known answers. */
export function ReviewerTable({ reviewers }: { reviewers: readonly ReviewerAgreement[] }) {
  return (
    <DataTable
      label="Agreement by person"
      rows={reviewers}
      columns={COLUMNS}
      rowKey={({ reviewer, question }) => `${reviewer} ${question}`}
    />
  );
}

const COLUMNS: readonly Column<ReviewerAgreement>[] = [
  {
    id: 'reviewer',
    header: 'Person',
    heads: true,
    value: ({ reviewer }) => reviewer,
    show: ({ reviewer }) => reviewer,
  },
  { id: 'question', header: 'Question', value: ({ question }) => question, show: ({ question }) => question },
  {
    id: 'answered',
    header: 'Answered',
    number: true,
    value: ({ answered }) => answered,
    show: ({ answered }) => count(answered),
  },
  {
    id: 'kappa',
    header: 'Kappa with the others',
    number: true,
    value: ({ kappa }) => kappa.value,
    show: ({ kappa }) => (
      <Measured value={kappa.value} low={kappa.low} high={kappa.high} n={kappa.n} reason={kappa.reason} />
    ),
  },
  {
    id: 'gold',
    header: 'Right on gold items',
    number: true,
    value: ({ gold }) => gold?.share?.value ?? null,
    show: ({ gold }) =>
      gold === null || gold.share === null ? (
        <span className="quiet">{gold === null ? 'no gold items' : 'none answered'}</span>
      ) : (
        <span className="measured">
          <strong>{share(gold.share.value)}</strong>{' '}
          <span className="quiet">
            [{share(gold.share.low)}, {share(gold.share.high)}] {gold.right} of {gold.n}
          </span>
        </span>
      ),
  },
];
