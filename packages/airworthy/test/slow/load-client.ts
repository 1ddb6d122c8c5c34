import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface LoadAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** From sending to the whole answer. */
  ms: number;
}

/** One keep-alive connection that sends one request at a time. */
export interface LoadClient extends Disposable {
  post(port: number, path: string, body: string, headers?: Record<string, string>): Promise<LoadAnswer>;
  get(port: number, path: string): Promise<LoadAnswer>;
}

export function createLoadClient(maxSockets = 1): LoadClient {
  const agent = new Agent({ keepAlive: true, maxSockets });
  const send = (
    method: string,
    port: number,
    path: string,
    body?: string,
    more: Record<string, string> = {},
  ) => {
    const began = performance.now();
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...length,
      ...more,
    };
    return new Promise<LoadAnswer>((resolve, reject) => {
      const sent = request({ agent, host: '127.0.0.1', port, method, path, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.once('error', reject);
        answer.once('end', () => {
          const { statusCode: status = 0, headers: answered } = answer;
          resolve({ status, headers: answered, text, ms: performance.now() - began });
        });
      });
      sent.once('error', reject);
      sent.end(body);
    });
  };
  return {
    post: (port, path, body, headers) => send('POST', port, path, body, headers),
    get: (port, path) => send('GET', port, path),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** The value that has the rank, of values in any order. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(rank * sorted.length) - 1)];
}
