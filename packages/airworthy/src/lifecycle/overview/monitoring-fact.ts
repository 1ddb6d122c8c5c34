import { plural } from '../../kernel/figures.ts';
import type { LabelState } from '../../monitoring/index.ts';
import type { Overview, StageFact } from '../read-schema.ts';

const TIERS = ['page', 'ticket', 'digest'] as const;
const STATES = { page: 'trouble', ticket: 'attention', digest: 'ok' } as const;

/** The most urgent open alert; or that nothing is open. */
export function monitoringFact(alerts: Overview['alerts'], labels: readonly LabelState[]): StageFact {
  const fact = { stage: 'monitoring', command: null } as const;
  const [watched] = labels;
  const tier = TIERS.find((each) => alerts[each] > 0);
  if (tier !== undefined) {
    const alert = alerts.newest.find((each) => each.tier === tier);
    const others = alerts.page + alerts.ticket + alerts.digest - 1;
    const rest = others === 0 ? '' : ` And ${plural(others, 'other open alert')}.`;
    return {
      ...fact,
      state: STATES[tier],
      fact: `${asSentence(alert?.title ?? plural(alerts[tier], 'open alert'))}${rest}`,
      at: alert?.openedAt ?? null,
      to: alert ? { kind: 'alert', alert: alert.id } : null,
    };
  }
  if (watched === undefined)
    return { ...fact, state: 'empty', fact: 'No prediction to watch yet.', at: null, to: null };
  const { endpoint, predictions, to } = watched;
  const seen = `Nothing is open; ${plural(predictions, 'prediction')} of ${endpoint} watched.`;
  return { ...fact, state: 'ok', fact: seen, at: to, to: { kind: 'endpoint', endpoint } };
}

function asSentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
