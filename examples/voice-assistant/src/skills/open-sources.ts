import { exampleCatalogue } from './music/catalogue.ts';
import { exampleNews, newsAt } from './news/news-source.ts';
import type { SkillSources } from './runnable-skill.ts';
import { exampleWeather, weatherAt } from './weather/weather-source.ts';

/** Addresses of real services; what has none is an example and says so. */
export interface SourceAddresses {
  weather?: string;
  news?: string;
}

/**
 * @example
 * const sources = openSources({ news: 'http://127.0.0.1:8080/news' });
 */
export function openSources({ weather, news }: SourceAddresses = {}): SkillSources {
  return {
    weather: weather === undefined ? exampleWeather() : weatherAt(weather),
    news: news === undefined ? exampleNews() : newsAt(news),
    music: exampleCatalogue(),
  };
}
