import { plural } from '../../kernel/figures.ts';
import type { EndpointStatus } from '../../serving/index.ts';
import type { StageFact } from '../read-schema.ts';

/** What serves; or the first endpoint that does not. */
export function servingFact(endpoints: readonly EndpointStatus[]): StageFact {
  const fact = { stage: 'serving', at: null, command: null } as const;
  const silent = endpoints.find(({ state }) => state === 'unavailable');
  if (silent !== undefined) {
    const { endpoint, problem } = silent;
    const text = `${endpoint} does not serve: ${problem ?? 'its model is being loaded'}.`;
    return { ...fact, state: 'trouble', fact: text, to: { kind: 'endpoint', endpoint } };
  }
  const [first] = endpoints
    .flatMap(({ deployment }) => deployment ?? [])
    .sort((a, b) => b.startedAt - a.startedAt);
  if (first === undefined)
    return { ...fact, state: 'empty', fact: 'Nothing is deployed yet.', to: null, command: 'airworthy ship' };
  const { endpoint, model, version, startedAt } = first;
  const more = endpoints.length === 1 ? '' : `, the newest of ${plural(endpoints.length, 'endpoint')}`;
  const text = `Version ${version} of ${model} serves ${endpoint}${more}.`;
  return { ...fact, state: 'ok', fact: text, at: startedAt, to: { kind: 'endpoint', endpoint } };
}
