import { readFileSync } from 'node:fs';
import { callOf } from '../../skills/to-labels.ts';
import type { Planner } from '../planner.ts';
import { versionOf } from '../version-of.ts';
import { createTagger } from './create-tagger.ts';
import type { TaggerModel } from './tagger-model.ts';

/** The planner of a tagger's model file. */
export function openTagger(path: string): Planner {
  return createTaggerPlanner(parseJson(readModelFile(path)), path);
}

/**
 * The planner of a model that is already read, as one that was packed into a bundle is.
 *
 * @param where for the message of a model that is none: where it was read from
 */
export function createTaggerPlanner(model: unknown, where: string): Planner {
  if (!isTaggerModel(model))
    throw new Error(`${where} is no tagger's model: its format is not 'airworthy-voice-tagger/1'.`);
  const tagger = createTagger(model);
  return {
    name: 'tagger',
    version: versionOf(model),
    async plan({ text }) {
      const { label, confidence, spans } = tagger.tag(text);
      return { calls: [callOf(label, spans)], confidence, raw: JSON.stringify({ label, spans }) };
    },
    async close() {},
  };
}

function readModelFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(
      `The tagger's model ${path} cannot be read: make it with training/train_tagger.py, or give the path of another.`,
      { cause: error },
    );
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

function isTaggerModel(model: unknown): model is TaggerModel {
  return (
    typeof model === 'object' &&
    model !== null &&
    'format' in model &&
    model.format === 'airworthy-voice-tagger/1'
  );
}
