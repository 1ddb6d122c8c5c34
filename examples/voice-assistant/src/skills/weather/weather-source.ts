import { createHash } from 'node:crypto';
import { fetchText } from '../fetch-text.ts';

export interface WeatherQuestion {
  /** As it was said; null for where the house is. */
  place: string | null;
  /** `2026-03-02` */
  date: string;
}

/** Where forecasts come from. What it says is told to the person and goes nowhere else. */
export interface WeatherSource {
  forecast(question: WeatherQuestion, signal: AbortSignal): Promise<string>;
}

const SKIES = ['sunny', 'cloudy', 'rainy', 'windy', 'foggy', 'clear with some clouds', 'showery'];

/** An example that needs no network: the same invented forecast for the same place and day, and it says so. */
export function exampleWeather(): WeatherSource {
  return {
    async forecast({ place, date }) {
      const digest = createHash('sha256')
        .update(`${place ?? 'here'} ${date}`)
        .digest();
      const low = (digest[0] % 20) - 2;
      const high = low + 3 + (digest[1] % 8);
      return `example forecast: ${SKIES[digest[2] % SKIES.length]}, ${low} to ${high} degrees`;
    },
  };
}

/**
 * A service that answers `GET URL?place=oslo&date=2026-03-02` with `{ "text": "…" }`.
 *
 * @example
 * const weather = weatherAt('http://127.0.0.1:8080/forecast');
 */
export function weatherAt(address: string): WeatherSource {
  return {
    async forecast({ place, date }, signal) {
      const url = new URL(address);
      if (place !== null) url.searchParams.set('place', place);
      url.searchParams.set('date', date);
      return readText(await fetchText(url, signal), url);
    },
  };
}

function readText(body: string, url: URL): string {
  const answer = JSON.parse(body) as { text?: unknown };
  if (typeof answer.text !== 'string') throw new Error(`${url.origin} answered without a "text"`);
  return answer.text;
}
