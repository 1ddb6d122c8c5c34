import type { Chapter, StorySetting, Told } from './chapter.ts';

/** Tells chapter after chapter. One that breaks is told as broken: the others are not lost with it. */
export async function tellStory(
  chapters: Readonly<Record<string, Chapter>>,
  setting: StorySetting,
): Promise<Told[]> {
  const told: Told[] = [];
  for (const [title, chapter] of Object.entries(chapters)) {
    setting.signal?.throwIfAborted();
    const started = performance.now();
    told.push(await chapter(setting).catch((error: unknown) => broken(title, error)));
    setting.onProgress(`${title}: ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  }
  return told;
}

function broken(title: string, error: unknown): Told {
  const because = error instanceof Error ? error.message : String(error);
  return { title, blocks: [], claims: [{ claim: `${title} can be told`, holds: false, because }] };
}
