import type { SoundOut } from './turn.ts';

/** Takes a reply as fast as it is made, where only the time to its first sound is of interest. */
export const UNHEARD: SoundOut = { play: async () => {}, finish: async () => {}, stop: () => 0 };
