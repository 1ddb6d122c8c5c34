/** What an Airworthy server erased of a person, in its own signed words. */
export interface ServerErasure {
  report: {
    id: string;
    erased: Readonly<Record<string, number>>;
    datasets: readonly { dataset: string; number: number; rows: number; successor: string | null }[];
    models: readonly {
      bundle: string;
      versions: readonly { model: string; version: number }[];
      endpoints: readonly string[];
      todo: string;
    }[];
    kept: readonly { what: string; why: string }[];
  };
  receipt: { file: string; sha256: string };
}

/** The server could not be asked, or would not: nothing was erased there. */
export class ServerErasureError extends Error {
  constructor(url: string, why: string) {
    super(`${url} erased nothing: ${why}`);
    this.name = 'ServerErasureError';
  }
}

/** Every file of the records is rewritten: that takes its time. */
const PATIENCE_MS = 300_000;

/**
 * Erases from an Airworthy server what came of a person: traces, predictions, what was said of them, rows made of them.
 *
 * @param profile their pseudonym, which is all that the server knows them by
 * @throws ServerErasureError
 */
export async function forgetOnServer(
  { url, token }: { url: string; token?: string | undefined },
  profile: string,
): Promise<ServerErasure> {
  const address = new URL('/api/v1/erasures', url).href;
  const answer = await fetch(address, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ subject: profile, reason: 'asked for in the house' }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((cause: Error) => {
    throw new ServerErasureError(
      url,
      `it could not be reached (${cause.message}); start it, or correct AIRWORTHY_URL`,
    );
  });
  if (!answer.ok) throw new ServerErasureError(url, `${answer.status} ${await answer.text()}`);
  return (await answer.json()) as ServerErasure;
}
