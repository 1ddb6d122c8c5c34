import { Link } from '@tanstack/react-router';
import type { Alert } from '../api/answers.ts';
import { Moment } from './moment.tsx';
import { TierBadge } from './tier-badge.tsx';

/** An alert in a list: how loud, since when, and the sentence. */
export function AlertLine({ alert, now }: { alert: Alert; now?: number | undefined }) {
  return (
    <li>
      <span className="row">
        <TierBadge tier={alert.tier} state={alert.state} />
        <span className="quiet small">
          {alert.endpoint} v{alert.version} · opened <Moment at={alert.openedAt} now={now} />
        </span>
      </span>
      <Link to="/monitoring/$alert" params={{ alert: alert.id }}>
        {alert.title}
      </Link>
    </li>
  );
}
