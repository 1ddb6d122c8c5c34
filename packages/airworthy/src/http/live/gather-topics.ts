import type { LiveTopic } from '../api/schema.ts';

/** Passes topics on at once, and what comes within the pause after that together at its end. */
export interface TopicGatherer {
  add(topics: readonly LiveTopic[]): void;
  /** Forgets what waits. */
  close(): void;
}

/**
 * However many events there are, `tell` is called at most once in `pauseMs`, with each topic once.
 *
 * @example
 * const gatherer = gatherTopics(250, (topics) => send({ topics }));
 */
export function gatherTopics(pauseMs: number, tell: (topics: LiveTopic[]) => void): TopicGatherer {
  const waiting = new Set<LiveTopic>();
  let pause: NodeJS.Timeout | undefined;

  function passOn(): void {
    pause = undefined;
    if (waiting.size === 0) return;
    const topics = [...waiting];
    waiting.clear();
    pause = setTimeout(passOn, pauseMs);
    pause.unref();
    tell(topics);
  }

  return {
    add(topics) {
      for (const topic of topics) waiting.add(topic);
      if (pause === undefined) passOn();
    },
    close() {
      clearTimeout(pause);
      waiting.clear();
    },
  };
}
