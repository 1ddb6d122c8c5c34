import { type GgufFiles, openGguf } from '../planners/decoder/open-gguf.ts';
import { type ChatServer, startChatServer } from './start-chat-server.ts';

export interface ServeOptions extends GgufFiles {
  /** 0, the default: any that is free. */
  port?: number;
  /** Requests that may wait while one is answered; more are refused with 429. */
  queue?: number;
}

/** Serves the decoder of GGUF files on this machine as OpenAI-compatible servers do. */
export async function serveGguf({ port, queue, ...files }: ServeOptions): Promise<ChatServer> {
  const gguf = await openGguf(files);
  try {
    return await startChatServer(gguf, {
      ...(port === undefined ? {} : { port }),
      ...(queue === undefined ? {} : { queue }),
    });
  } catch (error) {
    await gguf.close();
    throw error;
  }
}
