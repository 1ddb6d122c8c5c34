import { Failure } from '../../../components/failure.tsx';
import { Loading } from '../../../components/query-view.tsx';
import { duration } from '../../../format/figures.ts';
import { apartInWords, inWords } from './answer-words.ts';
import { ASSIGNED, type Timed, type Why } from './predict.ts';
import { WhyBars } from './why-bars.tsx';

interface Side {
  arm: string;
  asked: { isIdle: boolean; isPending: boolean; data: Timed | undefined; error: Error | null };
}

/** What one arm answered, or two of them beside each other with how far they are apart. */
export function AnswersView({ sides }: { sides: readonly Side[] }) {
  if (sides.every(({ asked }) => asked.isIdle)) return <p className="quiet">Nothing was asked yet.</p>;
  const [one, other] = sides.map(({ asked }) => asked.data?.answer);
  return (
    <>
      {one === undefined || other === undefined ? null : (
        <p>
          <strong>{apartInWords(one, other)}</strong>
        </p>
      )}
      <div className="answers">
        {sides.map(({ arm, asked }) => (
          <div key={arm} className="stack-tight">
            {sides.length === 1 ? null : <h3>{arm === ASSIGNED ? 'as assigned' : arm}</h3>}
            {asked.isPending ? <Loading rows={3} /> : null}
            {asked.error === null ? null : <Failure error={asked.error} />}
            {asked.data === undefined ? null : <Result timed={asked.data} />}
          </div>
        ))}
      </div>
    </>
  );
}

function Result({ timed: { answer, milliseconds } }: { timed: Timed }) {
  const { explanation } = answer as { explanation?: Why };
  return (
    <>
      <p>
        <strong>{inWords(answer)}</strong> <span className="quiet small">in {duration(milliseconds)}</span>
      </p>
      {explanation === undefined ? null : <WhyBars why={explanation} />}
      <div className="result">
        <pre>{JSON.stringify(answer, null, 2)}</pre>
      </div>
    </>
  );
}
