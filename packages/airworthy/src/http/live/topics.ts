import type { EventMap, Events } from '../../kernel/events.ts';
import type { LiveTopic } from '../api/schema.ts';

/** Which lists and pages an event changes. */
const TOPICS: Record<keyof EventMap, readonly LiveTopic[]> = {
  'dataset.added': ['datasets'],
  'run.started': ['runs'],
  'run.ended': ['runs'],
  'verdict.given': ['models'],
  'model.promoted': ['models'],
  'endpoint.deployed': ['endpoints', 'models'],
  'window.closed': ['windows'],
  'alert.changed': ['alerts'],
  'labels.recorded': ['labels'],
  'rollout.changed': ['rollout', 'endpoints'],
  'gateway.called': ['gateway'],
  'improvement.changed': ['improvements'],
};

/** Tells of every change by topic until the returned function is called. */
export function followTopics(events: Events, tell: (topics: readonly LiveTopic[]) => void): () => void {
  const names = Object.keys(TOPICS) as (keyof EventMap)[];
  const ends = names.map((name) => events.on(name, () => tell(TOPICS[name])));
  return () => {
    for (const end of ends) end();
  };
}
