import '../styles/evaluation.css';
import { useMemo } from 'react';
import { diffWords } from './word-diff.ts';

interface Props {
  /** Names of the two sides, such as 'baseline' and 'now'. */
  left: { name: string; text: string };
  right: { name: string; text: string };
}

/** One text with what was taken out struck through and what was put in underlined. */
export function WordDiff({ left, right }: Props) {
  const changes = useMemo(() => diffWords(left.text, right.text), [left.text, right.text]);
  if (left.text === right.text) return <p className="quiet">The same as {left.name}, word by word.</p>;
  return (
    <div className="stack-tight">
      <p className="quiet small">
        <del>only in {left.name}</del> · <ins>only in {right.name}</ins>
      </p>
      <pre className="payload word-diff">
        {changes.map(({ place, kind, text }) =>
          kind === 'same' ? (
            <span key={place}>{text}</span>
          ) : kind === 'out' ? (
            <del key={place}>{text}</del>
          ) : (
            <ins key={place}>{text}</ins>
          ),
        )}
      </pre>
    </div>
  );
}
