/** Sound of what is often said, the least recently said given up first. */
export interface SoundCache {
  get(key: string): Int16Array | undefined;
  set(key: string, samples: Int16Array): void;
}

export function createSoundCache(mostSamples: number): SoundCache {
  const sounds = new Map<string, Int16Array>();
  let held = 0;
  return {
    get(key) {
      const samples = sounds.get(key);
      if (!samples) return undefined;
      sounds.delete(key);
      sounds.set(key, samples);
      return samples;
    },
    set(key, samples) {
      held += samples.length - (sounds.get(key)?.length ?? 0);
      sounds.delete(key);
      sounds.set(key, samples);
      for (const [oldest, { length }] of sounds) {
        if (held <= mostSamples) return;
        sounds.delete(oldest);
        held -= length;
      }
    },
  };
}
