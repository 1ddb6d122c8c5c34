/** What one room tells the rooms after it. Wired in app.ts; a room never imports a later room. */
export interface EventMap {
  'dataset.added': { dataset: string; digest: string };
  'run.started': { run: string };
  'run.ended': { run: string; status: string };
  'verdict.given': { verdict: string; outcome: 'pass' | 'fail' | 'undecided' | 'error' };
  'model.promoted': { model: string; alias: string; version: number };
  'endpoint.deployed': { endpoint: string; model: string; version: number; bundle: string };
  'window.closed': {
    endpoint: string;
    model: string;
    version: number;
    kind: 'closed' | 'matured';
    start: number;
  };
  'alert.changed': { alert: string; endpoint: string; tier: 'page' | 'ticket' | 'digest'; state: string };
  'labels.recorded': { endpoint: string; labels: number };
  'rollout.changed': { rollout: string; endpoint: string; state: string };
  /** Calls to language models are on record. */
  'gateway.called': { calls: number };
  'improvement.changed': { improvement: string; endpoint: string; state: string };
}

export interface Events {
  on<Name extends keyof EventMap>(name: Name, listener: (event: EventMap[Name]) => void): () => void;
  emit<Name extends keyof EventMap>(name: Name, event: EventMap[Name]): void;
}

/** A typed, synchronous event bus: listeners run in the order they were added. */
export function createEvents(): Events {
  const listeners = new Map<string, Set<(event: never) => void>>();
  return {
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener as (event: never) => void));
      return () => set.delete(listener as (event: never) => void);
    },
    emit(name, event) {
      for (const listener of listeners.get(name) ?? []) (listener as (event: unknown) => void)(event);
    },
  };
}
