import { createHash, randomUUID } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** 32 lower-case hex characters: the form of run and trace ids that MLflow and OpenTelemetry clients expect. */
export function newId(): string {
  // A UUID without its dashes: Node keeps random ones in stock, several times cheaper than 16 fresh bytes.
  return randomUUID().replaceAll('-', '');
}

/** The sha256 of bytes or text, 64 lower-case hex characters: the name of all content. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The sha256 of a value's canonical JSON: equal values, equal keys. */
export function contentKey(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** A run id that the same work always gets, so that a resumed step finds what it already did. */
export function idFromContent(value: unknown): string {
  return contentKey(value).slice(0, 32);
}
