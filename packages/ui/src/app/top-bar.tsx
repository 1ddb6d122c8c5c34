import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useLive } from '../api/live.ts';
import { StateMark } from '../components/state-mark.tsx';
import { ago, localMinute } from '../format/moments.ts';
import { useColourScheme } from './colour-scheme.ts';

interface Props {
  project: string | undefined;
  railOpen: boolean;
  toggleRail: () => void;
  openPalette: () => void;
}

const isMac = navigator.platform.startsWith('Mac');

export function TopBar({ project, railOpen, toggleRail, openPalette }: Props) {
  const { scheme, toggle } = useColourScheme();
  return (
    <header className="top-bar">
      <button
        type="button"
        className="rail-button icon-button"
        aria-expanded={railOpen}
        aria-controls="rail"
        aria-label="Stages"
        onClick={toggleRail}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path d="M2 4h12M2 8h12M2 12h12" stroke="currentColor" strokeWidth="1.600" />
        </svg>
      </button>
      <Link to="/" className="brand" aria-label={`Airworthy: ${project ?? 'the project'}`}>
        <img src="/favicon.svg" width="22" height="22" alt="" />
        <span>Airworthy</span>
      </Link>
      <button type="button" className="search-button" onClick={openPalette}>
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          <circle cx="7" cy="7" r="4.500" fill="none" stroke="currentColor" strokeWidth="1.500" />
          <path d="m10.500 10.500 3.500 3.500" stroke="currentColor" strokeWidth="1.500" />
        </svg>
        <span className="search-words">Search or do …</span>
        <kbd>{isMac ? '⌘ K' : 'Ctrl K'}</kbd>
      </button>
      <Heard />
      <button
        type="button"
        className="icon-button"
        onClick={toggle}
        aria-label={scheme === 'dark' ? 'Use the light theme' : 'Use the dark theme'}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.500" />
          <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
        </svg>
      </button>
    </header>
  );
}

const WORDS = { connecting: 'connecting', live: 'live', lost: 'not connected' } as const;
const MARKS = { connecting: 'working', live: 'good', lost: 'bad' } as const;

/** When the server was last heard, by this machine's clock. */
function Heard() {
  const { state, heard } = useLive();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5_000);
    return () => clearInterval(timer);
  }, []);
  const since = heard === null ? 'not heard yet' : `last heard ${ago(heard, Math.max(now, heard))}`;
  return (
    <span className="heard" title={heard === null ? undefined : localMinute(heard)}>
      <StateMark condition={MARKS[state]} size={10} />
      <span className="heard-state">{WORDS[state]}</span>
      <span className="heard-since">{since}</span>
    </span>
  );
}
