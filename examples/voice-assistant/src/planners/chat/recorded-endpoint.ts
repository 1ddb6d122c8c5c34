import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Call } from '../../skills/skill.ts';

const FOLDER = fileURLToPath(new URL('recorded', import.meta.url));

/** An answer in the form that some server sends, and what it means. */
export interface RecordedAnswer {
  about: string;
  status: number;
  headers?: Record<string, string>;
  /** In one piece, */
  body?: unknown;
  /** or as server-sent events. */
  events?: unknown[];
  calls?: Call[];
  /** What the error says where there are no calls. */
  error?: string;
}

export function readRecorded(): { name: string; answer: RecordedAnswer }[] {
  const files = readdirSync(FOLDER).sort();
  return files.map((file) => ({
    name: file.replace('.json', ''),
    answer: JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as RecordedAnswer,
  }));
}

/** Answers one request after the other with these, and with the last from then on. */
export async function serveRecorded(answers: readonly RecordedAnswer[]) {
  const asked: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    asked.push(JSON.parse(text) as Record<string, unknown>);
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    if (answer === undefined) return; // hangs
    const type = answer.events === undefined ? 'application/json' : 'text/event-stream';
    response.writeHead(answer.status, { 'content-type': type, ...answer.headers });
    for (const event of answer.events ?? []) response.write(`data: ${written(event)}\n\n`);
    response.end(answer.events === undefined ? written(answer.body) : undefined);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
