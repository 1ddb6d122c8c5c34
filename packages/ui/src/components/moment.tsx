import { ago, localDay, localMinute, localShort, utc } from '../format/moments.ts';

const DAY_MS = 86_400_000;

const FORMATS = { day: localDay, minute: localMinute, short: localShort } as const;

interface Props {
  at: number;
  /** The server's clock: with it the distance is told too. */
  now?: number | undefined;
  /** `short`: the minute without the year. */
  precision?: 'day' | 'minute' | 'short';
}

/** A time in the reader's zone, with UTC on hover. */
export function Moment({ at, now, precision = 'minute' }: Props) {
  const text = FORMATS[precision](at);
  return (
    <time dateTime={new Date(at).toISOString()} title={utc(at)}>
      {text}
      {/* What a rehearsal was copied from lies in its future: how far says nothing. */}
      {now === undefined || at > now + DAY_MS ? null : <span className="quiet"> ({ago(at, now)})</span>}
    </time>
  );
}
