import { useEffect, useState } from 'react';

interface Props {
  text: string;
  /** What is shown, where the text is long. */
  shown?: string;
  /** What it is, for those who cannot see where it stands. */
  label: string;
}

/** Code with a button that copies it. */
export function CopyText({ text, shown = text, label }: Props) {
  return (
    <span className="copy-text">
      <code title={text}>{shown}</code>
      <CopyButton text={text} label={label} />
    </span>
  );
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready');
  useEffect(() => {
    if (state === 'ready') return;
    const timer = setTimeout(() => setState('ready'), 1_500);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setState('copied'),
      () => setState('refused'),
    );
  return (
    <button type="button" className="copy-button" onClick={copy} aria-label={`Copy ${label}`}>
      {state === 'ready' ? 'copy' : state}
    </button>
  );
}

/** The first twelve characters, as people compare digests. */
export function Digest({ digest, label }: { digest: string; label: string }) {
  return <CopyText text={digest} shown={digest.slice(0, 12)} label={label} />;
}
