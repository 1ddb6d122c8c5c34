import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeCorpus } from '../speech/corpus/synthesize-corpus.ts';
import { formatWaterfall } from '../turn/format-waterfall.ts';
import type { TurnResult } from '../turn/turn.ts';
import { type Chapter, type Claim, skippedChapter, type Told } from './chapter.ts';
import { recordTurn } from './record-turn.ts';

const TITLE = 'A turn, end to end';
const SAID = 'set a timer for ten minutes';

/** A sentence is read aloud, heard, understood, done and answered: one trace, on record as a run. */
export const tellTurn: Chapter = async ({ dataFolder, onProgress }) => {
  onProgress('turn: speaking');
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-turn-'));
  try {
    const [recording] = await synthesizeCorpus({
      cases: [{ id: 'turn', text: SAID }],
      voices: ['slt'],
      folder,
      seed: 1,
    });
    const reply = join(folder, 'reply.wav');
    const printed = await recordTurn(
      ['listen', '--real-time', '--json', '--out', reply, join(folder, recording.path)],
      dataFolder,
    );
    return toldOf(JSON.parse(printed) as TurnResult);
  } catch (error) {
    if (error instanceof Error && error.name === 'SpeechError') return skippedChapter(TITLE, error.message);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function toldOf(turn: TurnResult): Told {
  const calls = turn.calls.map((call) => JSON.stringify(call)).join(' ') || 'none';
  return {
    title: TITLE,
    blocks: [
      {
        kind: 'text',
        text: `A synthetic voice says “${SAID}”, at the pace of speech. Heard: “${turn.text}”. Call: ${calls}. Reply: “${turn.reply}”.`,
      },
      { kind: 'lines', lines: formatWaterfall(turn) },
    ],
    claims: [
      isDone(turn),
      { claim: 'the reply is spoken', holds: turn.spoken !== null, because: spokenText(turn) },
    ],
  };
}

function isDone({ outcome, failure }: TurnResult): Claim {
  return {
    claim: 'what was said is done',
    holds: outcome === 'done',
    because: failure === null ? outcome : `${failure.stage}: ${failure.message}`,
  };
}

function spokenText({ spoken, responseMs }: TurnResult): string {
  return spoken === null
    ? 'nothing was spoken'
    : `first sound ${Math.round(responseMs)} ms after the end of speech`;
}
