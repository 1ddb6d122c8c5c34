import type { WakeWord } from '../server/hands-free.ts';
import type { Probe } from './probe.ts';

/** What hears the assistant's name in an open microphone. */
export interface WakeWordChoice {
  /** What is said to wake it. */
  phrase: string;
  open(listener: { onWake(): void; onGone(): void }): Promise<WakeWord>;
}

/** Spotting runs on pocketsphinx, which is known to be there where it recognises speech. */
export async function chooseWakeWord(
  hearing: Probe,
): Promise<{ wakeWord: WakeWordChoice | null; probe: Probe }> {
  if (hearing.chosen !== 'pocketsphinx') {
    const meaning = 'The microphone is open only while a button is held: the wake word needs pocketsphinx.';
    return { wakeWord: null, probe: { part: 'wake word', chosen: null, meaning } };
  }
  const { openWakeWord, WAKE_PHRASE } = await import('../speech/wake-word.ts');
  return {
    wakeWord: { phrase: WAKE_PHRASE, open: openWakeWord },
    probe: { part: 'wake word', chosen: WAKE_PHRASE, meaning: 'Hands-free listening is possible.' },
  };
}
