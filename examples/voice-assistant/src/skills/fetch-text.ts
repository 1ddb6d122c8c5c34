/** Enough for a forecast or headlines; more is not read. */
const MOST_BYTES = 64 * 1024;

/**
 * A text from the network, bounded in size and ended by the signal.
 * @throws Error that says which address did not answer and how
 */
export async function fetchText(url: URL, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal, headers: { accept: 'application/json' } });
  if (!response.ok)
    throw new Error(`${url.origin} answered ${response.status}: check the address of the source`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) throw new Error(`${url.origin} answered more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
