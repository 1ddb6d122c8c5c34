import { Link, useLocation } from '@tanstack/react-router';
import { EVALUATION_PAGES } from '../../app/stages.ts';

/** From evaluations to held-out looks and to review, and back. */
export function EvaluationNav() {
  const { pathname } = useLocation();
  return (
    <nav className="choices" aria-label="Parts of evaluation">
      {EVALUATION_PAGES.map(({ to, label }) => (
        <Link key={to} to={to} aria-current={pathname === to ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
