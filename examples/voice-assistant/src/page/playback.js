const RATE = 16_000;
/** Sound that is there before it begins to play, so that it does not stutter. */
const AHEAD_S = 0.03;

/**
 * Plays sound as it comes, one piece after the other.
 *
 * @param {{ onEnd(): void }} listener told when all that came was played
 */
export function createPlayback({ onEnd }) {
  let context = null;
  let until = 0;
  const playing = new Set();

  function end(source) {
    playing.delete(source);
    if (playing.size === 0) onEnd();
  }

  return {
    get playing() {
      return playing.size > 0;
    },
    /** Browsers allow sound after the person has done something on the page. */
    prepare() {
      context ??= new AudioContext({ sampleRate: RATE });
      void context.resume();
    },
    play(bytes) {
      context ??= new AudioContext({ sampleRate: RATE });
      const samples = Float32Array.from(new Int16Array(bytes), (sample) => sample / 32_768);
      const buffer = context.createBuffer(1, samples.length, RATE);
      buffer.copyToChannel(samples, 0);
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(context.destination);
      source.onended = () => end(source);
      until = Math.max(until, context.currentTime + AHEAD_S);
      source.start(until);
      until += buffer.duration;
      playing.add(source);
    },
    silence() {
      until = 0;
      for (const source of [...playing]) {
        source.onended = null;
        source.stop();
        end(source);
      }
    },
  };
}
