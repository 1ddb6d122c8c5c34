import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';

interface Props {
  title: string;
  /** The first line: the answer in words. */
  answer?: React.ReactNode;
  /** Where this stands: links from the stage down. */
  trail?: readonly { label: string; to: string }[];
  actions?: React.ReactNode;
  children?: React.ReactNode;
}

/** Title, answer, then the picture and the table. */
export function PageFrame({ title, answer, trail = [], actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Airworthy`;
  }, [title]);
  return (
    <article className="page stack">
      <header className="page-head">
        {trail.length === 0 ? null : (
          <nav aria-label="Where this stands" className="trail">
            {trail.map(({ label, to }) => (
              <span key={to}>
                <Link to={to}>{label}</Link>
                <span aria-hidden="true"> / </span>
              </span>
            ))}
          </nav>
        )}
        <div className="page-title">
          <h1>{title}</h1>
          {actions}
        </div>
        {answer === undefined ? null : <div className="answer">{answer}</div>}
      </header>
      {children}
    </article>
  );
}
