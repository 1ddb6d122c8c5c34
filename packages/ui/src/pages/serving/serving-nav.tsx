import { Link, useLocation } from '@tanstack/react-router';
import { SERVING_PAGES } from '../../app/stages.ts';

/** From endpoints to the gateway and to the playground, and back. */
export function ServingNav() {
  const { pathname } = useLocation();
  return (
    <nav className="choices" aria-label="Parts of serving">
      {SERVING_PAGES.map(({ to, label }) => (
        <Link key={to} to={to} aria-current={pathname === to ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
