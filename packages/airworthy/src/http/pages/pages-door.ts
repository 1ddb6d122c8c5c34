import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DoorDependencies } from '../door.ts';
import { routeNotFound, sendError } from '../send-error.ts';
import { type BuiltPages, type PageFile, watchBuiltPages } from './built-pages.ts';
import { htmlPage, PAGE_HEADERS } from './html-page.ts';
import { wantsPage } from './wants-page.ts';

/** Where the build of packages/ui puts the pages: beside `src` and `dist`. */
const BUILT = fileURLToPath(new URL('../../../dist-ui/', import.meta.url));

/** Files named by their content: they never change. */
const HASHED = /^assets\//;

/**
 * `/` and whatever no other door takes: the built pages. A path that is no file is a page of theirs, which `index.html`
 * shows. Without a build, a page that says how to make one.
 */
export function pagesDoor(server: FastifyInstance, { pagesFolder = BUILT }: DoorDependencies): void {
  const built = watchBuiltPages(pagesFolder);
  server.setNotFoundHandler(async (request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return sendError(reply, routeNotFound(request));
    const pages = await built();
    const path = pathOf(request);
    const file = pages?.files.get(path);
    if (file) return sendFile(request, reply, file, HASHED.test(path));
    if (!wantsPage(request) || HASHED.test(path)) return sendError(reply, routeNotFound(request));
    return sendIndex(request, reply, pages);
  });
}

/** Decoded once, without the first slash. */
function pathOf({ url }: FastifyRequest): string {
  return decodeURIComponent(url.split('?', 1)[0]).slice(1);
}

function sendIndex(request: FastifyRequest, reply: FastifyReply, pages: BuiltPages | undefined) {
  const index = pages?.files.get('index.html');
  if (index) return sendFile(request, reply, index, false);
  return reply
    .status(404)
    .headers(PAGE_HEADERS)
    .send(
      htmlPage(
        'The pages are not built',
        '<p>This server answers programs; its pages were not built. In the checkout, run</p><pre>npm run build:ui</pre><p>and load this page again.</p>',
      ),
    );
}

async function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile, immutable: boolean) {
  reply.status(200).headers({
    ...PAGE_HEADERS,
    'content-type': file.type,
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: file.etag,
    vary: 'accept-encoding',
  });
  if (request.headers['if-none-match'] === file.etag) return reply.status(304).send();
  const gzipped = acceptsGzip(request) ? await file.gzipped() : undefined;
  if (gzipped === undefined) return reply.send(file.bytes);
  return reply.header('content-encoding', 'gzip').send(gzipped);
}

function acceptsGzip({ headers }: FastifyRequest): boolean {
  const accepted = String(headers['accept-encoding'] ?? '').split(',');
  return accepted.some((coding) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));
}
