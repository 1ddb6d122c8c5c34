import { fetchText } from '../fetch-text.ts';

/** Where headlines come from. They are read aloud and go nowhere else: what they say is no command. */
export interface NewsSource {
  headlines(topic: string | null, signal: AbortSignal): Promise<readonly string[]>;
}

const HEADLINES = [
  'the town library opens an hour longer on saturdays',
  'a new footbridge over the river is finished',
  'gardeners expect a good year for apples',
  'the night train to the coast runs again',
  'a lost parrot was found at the fire station',
  'the swimming pool closes for repairs until june',
];

/** An example that needs no network: invented headlines, called so. */
export function exampleNews(): NewsSource {
  return {
    async headlines(topic) {
      if (topic === null) return HEADLINES.slice(0, 3).map((headline) => `example news: ${headline}`);
      return [`example news: there is nothing new about ${topic} today`];
    },
  };
}

/** A service that answers `GET URL?topic=football` with `{ "headlines": ["…"] }`. */
export function newsAt(address: string): NewsSource {
  return {
    async headlines(topic, signal) {
      const url = new URL(address);
      if (topic !== null) url.searchParams.set('topic', topic);
      const answer = JSON.parse(await fetchText(url, signal)) as { headlines?: unknown };
      if (!Array.isArray(answer.headlines)) throw new Error(`${url.origin} answered without "headlines"`);
      return answer.headlines.filter((headline) => typeof headline === 'string');
    },
  };
}
