import { openFlite } from '../flite/open-flite.ts';
import { collectSamples } from '../join-samples.ts';
import { type RecogniserProcess, startRecogniser } from '../pocketsphinx/recogniser-process.ts';
import { WAKE_PHRASE } from '../wake-word.ts';

/** What a threshold finds of sentences with the phrase, and of those without. */
export interface WakePoint {
  threshold: number;
  found: number;
  positives: number;
  false: number;
  negatives: number;
  /** The sentences that woke it wrongly. */
  mistaken: readonly string[];
}

export interface WakeCurveOptions {
  phrase?: string;
  thresholds?: readonly number[];
  voices?: readonly string[];
  onProgress?: (done: number, all: number) => void;
}

const SAID_WITH = ['', ' turn on the lights', ' what time is it', ' set a timer', ' play some music'];

/** Half of them sound like the phrase: what ordinary sentences show is that ordinary sentences do not wake it. */
const SAID_WITHOUT = [
  'the captain said hello',
  'hey captain hook is here',
  'say hello to the captain',
  'the ship has a captain',
  'okay can we go now',
  'oh kate and ben are here',
  'a hallow cabin',
  'the cat is in the kitchen',
  'okay happy then',
  'it is okay cap it then',
  'hello catherine how are you',
  'the play is a lot of fun',
  'hey there what a day',
  'put the kettle on',
  'what is the weather in paris',
  'the television is too loud',
  'where are the keys',
  'i paid a lot for it',
  'did you feed the cat',
  'turn on the lights',
];

const QUIET = new Int16Array(8_000);

/**
 * Misses and false alarms of the wake word over thresholds, on synthetic voices: what `WAKE_THRESHOLD` was chosen by.
 *
 * @throws SpeechError where pocketsphinx or flite is not installed
 */
export async function traceWakeCurve({
  phrase = WAKE_PHRASE,
  thresholds = [1e-1, 1e-3, 1e-5, 1e-10, 1e-15, 1e-20, 1e-30],
  voices = ['slt', 'rms', 'awb', 'kal16'],
  onProgress,
}: WakeCurveOptions = {}): Promise<WakePoint[]> {
  const speaker = openFlite();
  const say = (text: string) =>
    Promise.all(voices.map((voice) => collectSamples(speaker.speak(text, { voice }))));
  const sounds: { text: string; sound: Int16Array; positive: boolean }[] = [];
  for (const rest of SAID_WITH)
    for (const sound of await say(`${phrase}${rest}`)) sounds.push({ text: phrase, sound, positive: true });
  for (const text of SAID_WITHOUT)
    for (const sound of await say(text)) sounds.push({ text, sound, positive: false });
  const positives = sounds.filter(({ positive }) => positive).length;
  const points: WakePoint[] = [];
  for (const threshold of thresholds) {
    const recogniser = await startRecogniser(['--phrase', phrase, '--threshold', String(threshold)]);
    const woken = [];
    for (const each of sounds) if (await wakes(recogniser, each.sound)) woken.push(each);
    recogniser.kill();
    const wrong = woken.filter(({ positive }) => !positive);
    points.push({
      threshold,
      found: woken.length - wrong.length,
      positives,
      false: wrong.length,
      negatives: sounds.length - positives,
      mistaken: [...new Set(wrong.map(({ text }) => text))],
    });
    onProgress?.(points.length, thresholds.length);
  }
  await speaker.close();
  return points;
}

function wakes(recogniser: RecogniserProcess, sound: Int16Array): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let woken = false;
  const unsubscribe = recogniser.subscribe(({ kind }) => {
    if (kind === 'spotted') woken = true;
    if (kind === 'listened' || kind === 'gone') resolve(woken);
  });
  for (const samples of [sound, QUIET]) recogniser.send('A', samples);
  recogniser.send('E');
  return promise.finally(unsubscribe);
}
