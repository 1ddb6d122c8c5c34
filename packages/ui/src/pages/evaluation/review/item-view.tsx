import type { ShownItem } from '../../../api/review-answers.ts';
import { Payload } from '../../../components/payload.tsx';

/** What is judged: the question that was put, then the answer, or two side by side that nobody has named. */
export function ItemView({ item }: { item: ShownItem }) {
  const isPair = item.left !== undefined && item.right !== undefined;
  return (
    <div className="stack">
      <Payload title="Input" value={item.input} />
      {isPair ? (
        <div className="beside pair">
          <Payload title="Left" value={item.left} />
          <Payload title="Right" value={item.right} />
        </div>
      ) : (
        <Payload title="Output" value={item.output} />
      )}
      <Payload title="Expected" value={item.expected} />
    </div>
  );
}
