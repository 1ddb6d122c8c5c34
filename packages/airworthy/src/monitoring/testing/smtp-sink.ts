import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface SmtpSink extends AsyncDisposable {
  port: number;
  /** Each message as it was sent after DATA, without its last dot. */
  messages: string[];
}

/** A mail server that takes everything and sends nothing on; without TLS, and asking nobody who they are. */
export async function openSmtpSink(options: { refuse?: string } = {}): Promise<SmtpSink> {
  const messages: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    talk(socket, messages, options.refuse);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function talk(socket: Socket, messages: string[], refuse: string | undefined): void {
  let unread = '';
  let body: string[] | undefined;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const hear = (line: string) => {
    if (body === undefined) {
      if (/^DATA/i.test(line)) {
        body = [];
        say('354 go on');
      } else if (/^MAIL/i.test(line) && refuse !== undefined) say(refuse);
      else if (/^STARTTLS/i.test(line)) say('502 not here');
      else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
      else say('250 ok');
    } else if (line === '.') {
      messages.push(body.join('\n'));
      body = undefined;
      say('250 taken');
    } else body.push(line.replace(/^\.\./, '.'));
  };
  say('220 sink');
  socket.on('data', (bytes) => {
    const lines = (unread + bytes.toString('utf8')).split('\r\n');
    unread = lines.pop() ?? '';
    for (const line of lines) hear(line);
  });
}
