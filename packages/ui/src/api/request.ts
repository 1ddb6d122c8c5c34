/** What the server says when it refuses: `{ error: { code, message, remedy, at } }`. */
export class RequestError extends Error {
  readonly code: string;
  readonly status: number;
  readonly remedy: string;
  readonly at: string | undefined;
  readonly path: string;

  constructor(path: string, status: number, body: ErrorBody) {
    super(body.message);
    this.name = 'RequestError';
    this.path = path;
    this.status = status;
    this.code = body.code;
    this.remedy = body.remedy;
    this.at = body.at;
  }
}

/** What the server says against a filter; every other error is none of the filter's. */
export function refusalOf(error: Error | null): RequestError | null {
  return error instanceof RequestError && error.status === 400 ? error : null;
}

interface ErrorBody {
  code: string;
  message: string;
  remedy: string;
  at?: string;
}

const UNREACHABLE: ErrorBody = {
  code: 'SERVER_UNREACHABLE',
  message: 'The server does not answer.',
  remedy: 'Start it again with: npx airworthy up',
};

/** A list is its parameter given several times. */
export type Query = Record<string, string | number | readonly string[] | undefined | null>;

/** `/api/v1` + path with what is defined of the query. */
export function apiPath(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  const text = new URLSearchParams(
    pairs.flatMap(([key, value]) => [value].flat().map((one) => [key, String(one)])),
  ).toString();
  return `/api/v1${path}${text === '' ? '' : `?${text}`}`;
}

export async function get<Answer>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Answer> {
  return getAt<Answer>(apiPath(path, query), signal);
}

/** Of any door of the server, by its whole address. */
export async function getAt<Answer>(address: string, signal?: AbortSignal): Promise<Answer> {
  return send<Answer>(address, { headers: { accept: 'application/json' }, signal: signal ?? null });
}

export async function post<Answer>(
  address: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return send<Answer>(address, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function send<Answer>(address: string, request: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(address, request);
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new RequestError(address, 0, UNREACHABLE);
  }
  if (response.ok) return (await response.json()) as Answer;
  throw new RequestError(address, response.status, await readError(response));
}

async function readError(response: Response): Promise<ErrorBody> {
  const fallback: ErrorBody = {
    code: `HTTP_${response.status}`,
    message: `The server answered ${response.status} ${response.statusText}.`,
    remedy: 'Look at the server’s log.',
  };
  try {
    const { error } = (await response.json()) as { error?: Partial<ErrorBody> };
    return { ...fallback, ...error };
  } catch {
    return fallback;
  }
}

/** A refusal of the OpenAI door: `{ error: { message, type, param, code } }`. */
export async function openAiError(path: string, response: Response): Promise<RequestError> {
  const body = await readError(response);
  const remedy = (body as { param?: string | null }).param;
  return new RequestError(path, response.status, {
    code: body.code ?? `HTTP_${response.status}`,
    message: body.message,
    remedy: remedy ? `Look at “${remedy}”.` : body.remedy,
  });
}
