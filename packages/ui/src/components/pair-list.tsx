import { useState } from 'react';
import { FindBox } from './find-box.tsx';
import { LongText } from './long-text.tsx';
import { MoreButton } from './more-button.tsx';

interface Props {
  label: string;
  pairs: Readonly<Record<string, string>>;
  /** What to say where there is none. */
  empty: string;
}

/** So many are shown at first, and from so many on they can be searched. */
const FIRST = 40;

/** Names with their texts, by name. */
export function PairList({ label, pairs, empty }: Props) {
  const [all, setAll] = useState(false);
  const [words, setWords] = useState('');
  const entries = Object.entries(pairs).sort(([a], [b]) => a.localeCompare(b));
  const found = entries.filter(([key, value]) =>
    `${key} ${value}`.toLowerCase().includes(words.toLowerCase()),
  );
  if (entries.length === 0) return <p className="quiet">{empty}</p>;
  const shown = all ? found : found.slice(0, FIRST);
  return (
    <div className="stack-tight">
      {entries.length > FIRST ? (
        <FindBox
          label={`Find in ${label}`}
          placeholder={`Find among ${entries.length}`}
          words={words}
          find={setWords}
        />
      ) : null}
      <dl className="facts pair-list">
        {shown.map(([key, value]) => (
          <div key={key} className="fact">
            <dt>{key}</dt>
            <dd>
              <code>
                <LongText text={value} />
              </code>
            </dd>
          </div>
        ))}
      </dl>
      <MoreButton more={shown.length < found.length ? () => setAll(true) : undefined}>
        Show all {found.length}
      </MoreButton>
    </div>
  );
}
