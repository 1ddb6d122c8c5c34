const RATE = 16_000;
/** Unused for so long, the microphone is given back. */
const CLOSE_AFTER_MS = 60_000;

/** Why no microphone can be used here, or null. */
export function microphoneProblem() {
  if (!window.isSecureContext)
    return 'a browser gives no microphone to pages that are not from this machine or https';
  if (navigator.mediaDevices?.getUserMedia === undefined) return 'this browser gives no microphone';
  return null;
}

/**
 * The microphone, opened when it is first wanted. Sound goes out only between `start` and `stop`.
 *
 * @param {{ onFrame(frame: ArrayBuffer): void, onGone(): void }} listener
 */
export function createMicrophone({ onFrame, onGone }) {
  let opening = null;
  let wanted = false;
  let closing = 0;

  async function open() {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
    const context = await createContext(stream);
    await context.audioWorklet.addModule('capture-worklet.js');
    const capture = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0 });
    capture.port.onmessage = ({ data }) => {
      if (wanted) onFrame(data);
    };
    context.createMediaStreamSource(stream).connect(capture);
    await context.resume();
    const [track] = stream.getTracks();
    const close = () => {
      track.onended = null;
      track.stop();
      void context.close();
      opening = null;
    };
    track.onended = () => {
      close();
      wanted = false;
      onGone();
    };
    return { close };
  }

  return {
    async start() {
      clearTimeout(closing);
      wanted = true;
      opening ??= open().catch((error) => {
        opening = null;
        throw error;
      });
      await opening;
    },
    stop() {
      wanted = false;
      clearTimeout(closing);
      closing = setTimeout(async () => (await opening)?.close(), CLOSE_AFTER_MS);
    },
  };
}

/** At 16 kHz, where the browser can record so. */
async function createContext(stream) {
  const context = new AudioContext({ sampleRate: RATE });
  try {
    context.createMediaStreamSource(stream).disconnect();
    return context;
  } catch {
    await context.close();
    return new AudioContext();
  }
}

/** What a person can do about a microphone that does not open. */
export function explainMicrophone(error) {
  if (error.name === 'NotFoundError') return 'no microphone was found; you can type instead';
  if (error.name === 'NotAllowedError')
    return 'the browser was told not to give the microphone; allow it beside the address, or type instead';
  return `the microphone did not open (${error.message}); you can type instead`;
}
