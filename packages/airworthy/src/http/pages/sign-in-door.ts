import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { checkInput } from '../../kernel/check-input.ts';
import type { DoorDependencies } from '../door.ts';
import { escapeHtml, htmlPage, PAGE_HEADERS } from './html-page.ts';
import { sameText, sessionCookie } from './session.ts';

export const SIGN_IN = '/sign-in';

/** The page to go to afterwards: of this server, never `//elsewhere`. */
const Destination = z
  .string()
  .max(2_000)
  .regex(/^\/(?![/\\])/, 'must be a path of this server')
  .catch('/');

const Query = z.object({ to: Destination.default('/') });
const Form = z.object({ token: z.string().max(1_000), to: Destination.default('/') });

/** `/sign-in`: a browser shows the token once and gets a cookie for it. Only where the server asks for a token. */
export function signInDoor(server: FastifyInstance, { token }: DoorDependencies): void {
  if (token === undefined) return;
  void server.register(async (scope) => {
    // Forms are taken here alone.
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 4_096 },
      async (_request: unknown, body: string) => Object.fromEntries(new URLSearchParams(body)),
    );
    scope.get(SIGN_IN, async (request, reply) => {
      const { to } = checkInput('signIn', Query, request.query);
      return sendForm(reply, 200, to);
    });
    scope.post(SIGN_IN, async (request, reply) => {
      const form = checkInput('signIn', Form, request.body);
      if (!sameText(form.token.trim(), token)) return sendForm(reply, 401, form.to);
      const secure = request.headers['x-forwarded-proto'] === 'https';
      return reply.header('set-cookie', sessionCookie(token, { secure })).redirect(form.to, 303);
    });
  });
}

function sendForm(reply: FastifyReply, status: 200 | 401, to: string): FastifyReply {
  const problem = status === 401 ? '<p role="alert">That is not the server’s token.</p>' : '';
  const form = [
    `<form method="post" action="${SIGN_IN}">`,
    `<input type="hidden" name="to" value="${escapeHtml(to)}">`,
    '<label for="token">The server’s token (AIRWORTHY_TOKEN)</label>',
    '<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>',
    '<button>Sign in</button></form>',
  ].join('');
  return reply
    .status(status)
    .headers(PAGE_HEADERS)
    .send(htmlPage('Sign in', `${problem}${form}`));
}
