import type { UseQueryResult } from '@tanstack/react-query';
import { useLive } from '../api/live.ts';
import { localMinute } from '../format/moments.ts';
import { Failure } from './failure.tsx';

interface Props<Data> {
  query: UseQueryResult<Data, Error>;
  /** Rows of the skeleton, about as high as what will stand there. */
  rows?: number;
  children: (data: Data) => React.ReactNode;
}

/** One of: skeleton, failure, what was asked for; old data stays, and says since when it is old. */
export function QueryView<Data>({ query, rows = 4, children }: Props<Data>) {
  const live = useLive();
  if (query.data === undefined) {
    if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
    return <Loading rows={rows} />;
  }
  const stale = query.isRefetchError || live.state === 'lost';
  return (
    <>
      {stale ? (
        <p className="stale" role="status">
          Not renewed since {localMinute(query.dataUpdatedAt)}:{' '}
          {query.error?.message ?? 'no word from the server.'}
        </p>
      ) : null}
      {children(query.data)}
    </>
  );
}

/** Lines of different lengths, as text has them; each length once, so that it names its line. */
const WIDTHS = [96, 73, 88, 61, 92, 79, 67, 94, 84, 70, 90, 76] as const;

/** What is about to stand here, in grey. */
export function Loading({ rows = 4 }: { rows?: number }) {
  return (
    <div className="loading" role="status" aria-label="Loading">
      {WIDTHS.slice(0, rows).map((width) => (
        <span key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
