import { PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { DoorDependencies } from '../door.ts';
import { requireToken } from '../guard-requests.ts';
import { type CommandEvent, CommandRequest } from './schema.ts';

const StopParams = z.strictObject({ id: CommandRequest.shape.id });

/**
 * `/api/v1/commands`, for the command line itself: a command that finds the data folder taken by this server runs
 * here, and its output streams back as JSON lines. It ends when its caller asks for it or is gone.
 */
export function commandsDoor(server: FastifyInstance, { commands }: DoorDependencies): void {
  if (commands === undefined) return;
  const underWay = new Map<string, AbortController>();
  const onRequest = async (request: FastifyRequest) => {
    requireSameMachine(request);
    requireToken(request, [commands.token]);
  };

  server.post('/api/v1/commands', { onRequest }, async (request, reply) => {
    const command = checkInput('runCommand', CommandRequest, request.body);
    const stop = new AbortController();
    const lines = new PassThrough();
    const tell = (event: CommandEvent) => void (lines.writable && lines.write(`${JSON.stringify(event)}\n`));
    underWay.set(command.id, stop);
    reply.raw.once('close', () => stop.abort());
    void commands.run(command, tell, stop.signal).then((exit) => {
      underWay.delete(command.id);
      tell({ exit });
      lines.end();
    });
    return reply.type('application/x-ndjson').send(lines);
  });

  server.delete('/api/v1/commands/:id', { onRequest }, async (request, reply) => {
    underWay.get(checkInput('stopCommand', StopParams, request.params).id)?.abort();
    return reply.status(204).send();
  });
}

/** A connection from another machine never has our own address at its far end, whatever we listen on. */
function requireSameMachine({ socket }: FastifyRequest): void {
  if (socket.remoteAddress === socket.localAddress) return;
  throw new AirworthyError('COMMAND_REFUSED', { message: 'commands are taken from this machine only' });
}
