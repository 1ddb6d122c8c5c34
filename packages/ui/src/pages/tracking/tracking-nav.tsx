import { Link, useLocation } from '@tanstack/react-router';
import { TRACKING_PAGES } from '../../app/stages.ts';

/** From runs to traces and back. */
export function TrackingNav() {
  const { pathname } = useLocation();
  return (
    <nav className="choices" aria-label="Parts of tracking">
      {TRACKING_PAGES.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          search={{}}
          aria-current={pathname === to ? 'page' : undefined}
          activeOptions={{ exact: true }}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
