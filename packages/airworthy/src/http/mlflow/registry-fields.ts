import { maxResults } from './limits.ts';
import { invalidParameter } from './rpc.ts';
import { id, keyValues, list, requiredText, text } from './wire.ts';

/** Fields that many of the registry's requests have. */
export const ofModel = { name: requiredText };
export const ofVersion = { ...ofModel, version: id };
export const tagged = { tags: keyValues };

/** Of a search; a page is asked for by how many lie before it. */
export function searchFields(pageSize: { default: number; most: number }) {
  return {
    filter: text.default(''),
    max_results: maxResults(pageSize.most, pageSize.default),
    order_by: list(text),
    page_token: text.optional(),
  };
}

/** Versions are texts on the wire and numbers with us. Throws MlflowError. */
export function versionNumber(version: string): number {
  if (/^\d{1,9}$/.test(version)) return Number(version);
  throw invalidParameter('version', version, 'it must be an integer');
}
