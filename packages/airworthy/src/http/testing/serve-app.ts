import assert from 'node:assert/strict';
import type { App } from '../../app.ts';
import { createServer } from '../create-server.ts';
import type { ServerDependencies } from '../door.ts';

/** A server of a whole project, asked as a page asks it. */
export interface AskedServer {
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** What `GET /api/v1…` answers with 200. */
  get<Answer = unknown>(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Response>;
  /** Predicts the endpoint's own example; the id of the prediction. */
  predict(): Promise<{ id: string }>;
  close(): Promise<void>;
}

/** Serves an app on a free port. Close it before the app. */
export async function serveApp(app: App): Promise<AskedServer> {
  const { context, project } = app;
  return serveEndpoints({ context, project, endpoints: await app.endpoints(), gateway: await app.gateway() });
}

/** Serves endpoints on a free port. Close it before them. */
export async function serveEndpoints(
  served: Pick<ServerDependencies, 'context' | 'project' | 'endpoints' | 'gateway'>,
): Promise<AskedServer> {
  const { project } = served;
  const server = createServer({ ...served, config: project.config.serving, version: '0.0.0' });
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  // Connections are not kept, so that closing need not wait for idle ones.
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${address}${path}`, { ...init, headers: { connection: 'close', ...init.headers } });
  const get = async <Answer>(path: string): Promise<Answer> => {
    const answer = await ask(`/api/v1${path}`);
    const text = await answer.text();
    assert.equal(answer.status, 200, `${path}: ${text}`);
    return JSON.parse(text);
  };
  const post = (path: string, body: unknown) =>
    ask(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  return {
    ask,
    get,
    post,
    async predict() {
      const { endpoint } = project;
      const { example } = await get<{ example: object }>(`/endpoints/${endpoint}`);
      const answer = await post(`/predict/${endpoint}`, example);
      return { id: ((await answer.json()) as { predictionId: string }).predictionId };
    },
    close: () => server.close(),
  };
}
