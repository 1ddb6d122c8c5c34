import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** How long a request may wait for a server, in ms: longer than any takes to start, or another to leave. */
const WAIT_MS = 60_000;
const RETRY_MS = 100;
const LONGEST_LINE = 2_000;
/** What `mlflow.set_experiment` asks first. */
const ASKS_BY_NAME =
  /^GET \/(?:ajax-)?api\/[23]\.0\/mlflow\/experiments\/get-by-name\?experiment_name=((?:[\w.~!*'()+-]|%[0-9A-Fa-f]{2})+) HTTP/;
const TAKES_UP = /^POST \/(?:ajax-)?api\/[23]\.0\/mlflow\/runs\//;

/**
 * The address that a command is told. It stands before any server does, and whichever server has the data folder
 * answers behind it: this process's own, another's, or first the one and then the other.
 */
export interface Front {
  /** `http://127.0.0.1:43211` */
  readonly url: string;
  /** Has the command connected? Then it may log by itself. */
  connected(): boolean;
  /** Where the server is that answers from now on; undefined while there is none. */
  lead(address: string | undefined): void;
  close(): void;
}

export interface FrontListener {
  /** The command connects, or the server behind does not answer. */
  seen(): void;
  /** A client asks for an experiment by its name before it takes up its run; it waits for the answer to this. */
  chosen(experiment: string): Promise<void>;
}

/** Opens the front on a free port of this machine. */
export async function openFront({ seen, chosen }: FrontListener): Promise<Front> {
  const sockets = new Set<Socket>();
  let target: URL | undefined;
  let connected = false;
  let settled = false;

  /** Requests as they pass: a client writes each at one go. */
  function watchExperiment(choose: FrontListener['chosen']): Transform {
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const line = chunk.toString('latin1', 0, LONGEST_LINE);
        settled ||= TAKES_UP.test(line);
        const asked = settled ? null : ASKS_BY_NAME.exec(line);
        const name = asked === null ? undefined : decodeName(asked[1]);
        if (name === undefined) return done(null, chunk);
        const pass = () => done(null, chunk);
        void choose(name).then(pass, pass);
      },
    });
  }

  function accept(socket: Socket): void {
    connected = true;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    seen();
    lead(socket, performance.now() + WAIT_MS);
  }

  function lead(socket: Socket, deadline: number): void {
    if (socket.destroyed || performance.now() > deadline) return void socket.destroy();
    const again = () => setTimeout(() => lead(socket, deadline), RETRY_MS).unref();
    if (target === undefined) return void again();
    const behind = connect(Number(target.port), target.hostname);
    const refused = () => {
      seen();
      again();
    };
    behind.once('error', refused).once('connect', () => {
      behind.off('error', refused);
      join(socket, behind, watchExperiment(chosen));
    });
  }

  const server = createServer({ pauseOnConnect: true, noDelay: true }, accept);
  await new Promise<void>((settle, fail) => {
    server.once('error', fail).listen(0, '127.0.0.1', settle);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connected: () => connected,
    lead(address) {
      target = address === undefined ? undefined : new URL(address);
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Undefined where its bytes are no UTF-8: the server answers that. */
function decodeName(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function join(socket: Socket, behind: Socket, watch: Transform): void {
  behind.setNoDelay(true);
  behind.on('error', () => socket.destroy());
  socket.on('close', () => behind.destroy());
  behind.on('close', () => socket.destroySoon());
  socket.pipe(watch).pipe(behind);
  behind.pipe(socket);
}
