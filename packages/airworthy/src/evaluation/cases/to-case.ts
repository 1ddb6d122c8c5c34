import { canonicalJson } from '../../kernel/canonical-json.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import { isRecord } from '../../kernel/is-record.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';

const ID_LENGTH = 16;
const LONGEST_ID = 500;

/**
 * A case from what a suite, a function or a row of a file gives; `place` names it in errors. Without an id of its own a
 * case is called by the content of input and expected, so that it keeps its name when others are added before it.
 * Throws SUITE_INVALID.
 */
export function toCase(raw: unknown, place: string): EvaluationCase {
  if (!isRecord(raw)) throw invalid(place, 'is no object');
  const { id, input, expected, metadata, cluster, parent, ...others } = raw;
  if (input === undefined) throw invalid(place, 'has no input');
  if (metadata !== undefined && !isRecord(metadata)) throw invalid(place, 'has metadata that is no object');
  return {
    id: id === undefined || id === null ? contentId(input, expected, place) : readId(id, place),
    input,
    ...(expected === undefined || expected === null ? {} : { expected }),
    metadata: { ...others, ...metadata },
    ...(cluster === undefined || cluster === null ? {} : { cluster: String(cluster) }),
    ...(parent === undefined || parent === null ? {} : { parent: String(parent) }),
  };
}

function readId(id: unknown, place: string): string {
  const text = typeof id === 'number' || typeof id === 'string' ? String(id) : '';
  if (text === '' || text.length > LONGEST_ID || /\p{Cc}/u.test(text)) {
    throw invalid(
      place,
      `has the id ${JSON.stringify(id)}, which is no text of 1 to ${LONGEST_ID} characters`,
    );
  }
  return text;
}

function contentId(input: unknown, expected: unknown, place: string): string {
  return sha256(caseJson({ input, expected: expected ?? null }, place)).slice(0, ID_LENGTH);
}

/** Canonical JSON, or SUITE_INVALID for what has none (NaN, a function, a cycle). */
export function caseJson(value: unknown, place: string): string {
  try {
    return canonicalJson(value);
  } catch (error) {
    throw invalid(place, `cannot be kept as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function invalid(place: string, what: string): AirworthyError {
  return new AirworthyError('SUITE_INVALID', {
    message: `${place} ${what}`,
    remedy: 'A case is an object: { input, expected?, id?, metadata?, cluster? }.',
    at: place,
  });
}
