import type { WebSocket } from 'ws';
import type { Assistant } from '../assistant.ts';
import type { Session, TurnListener } from '../turn/open-session.ts';
import { STAGE_BUDGETS } from '../turn/stage-budgets.ts';
import type { SoundOut, TurnResult } from '../turn/turn.ts';
import { describeAssistant } from './describe-assistant.ts';
import { createFrameQueue, type FrameQueue } from './frame-queue.ts';
import { type HandsFree, openHandsFree } from './hands-free.ts';
import { type PageMessage, readPageMessage } from './page-message.ts';
import { createPageSound } from './page-sound.ts';
import { readFrame } from './read-frame.ts';
import type { ServerMessage } from './server-message.ts';

/** Turns that wait for the ones before them. */
const MOST_WAITING = 4;
/** What a page has not taken yet, at most. */
const MOST_UNSENT = 4 << 20;

/** One page: what it says becomes turns of a session of its own, and what becomes of them goes back as it happens. */
export class PageConnection {
  readonly #socket: WebSocket;
  readonly #assistant: Assistant;
  #session: Session;
  #profile: string;
  #button: FrameQueue | null = null;
  #handsFree: HandsFree | null = null;
  /** Of the last time that hands-free was asked for; null once it was let go of. */
  #handsFreeWish: symbol | null = null;
  #opening: Promise<void> = Promise.resolve();
  #waiting = 0;
  #speaking = false;

  constructor(socket: WebSocket, assistant: Assistant) {
    this.#socket = socket;
    this.#assistant = assistant;
    this.#profile = assistant.household.profiles.usual().id;
    this.#session = this.#openSession();
    const unsubscribe = assistant.onNotice((text) => this.#send({ type: 'notice', text }));
    socket.on('message', (data: Buffer, isBinary) =>
      isBinary ? this.#hear(data) : this.#read(String(data)),
    );
    socket.on('close', () => {
      unsubscribe();
      this.#close();
    });
    // It is closed next, and says why itself.
    socket.on('error', () => {});
    this.#greet();
  }

  #greet(): void {
    this.#send({ type: 'ready', profile: this.#profile, ...describeAssistant(this.#assistant) });
  }

  #openSession(): Session {
    return this.#assistant.openSession({
      profile: this.#profile,
      device: 'page',
      openSound: () => this.#openSound(),
      onTrouble: (message) => this.#refuse('trouble', message),
    });
  }

  #openSound(): SoundOut {
    return createPageSound({
      send: (samples) => {
        this.#speaking = true;
        this.#deliver(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
      },
      silence: () => this.#send({ type: 'silence' }),
    });
  }

  #read(data: string): void {
    const message = readPageMessage(data);
    if ('problem' in message) this.#refuse('bad-message', message.problem);
    else this.#take(message);
  }

  #take(message: PageMessage): void {
    switch (message.type) {
      case 'say':
        this.#turn((listener) => this.#session.say(message.text, listener));
        break;
      case 'correct':
        this.#turn((listener) => this.#session.correct(message.turn, message.text, listener));
        break;
      case 'begin':
        this.#letGo();
        if (message.mode === 'button') this.#pressButton();
        else this.#wishHandsFree();
        break;
      case 'end':
        this.#letGo();
        break;
      case 'gone':
        this.#loseMicrophone('the microphone has gone away');
        break;
      case 'hush':
        this.#session.hush();
        break;
      case 'judge':
        void this.#judge(message.turn, message.value);
        break;
      case 'speak-as':
        this.#speakAs(message.profile);
        break;
    }
  }

  #pressButton(): void {
    const queue = createFrameQueue();
    this.#button = queue;
    this.#turn((listener) => this.#session.listen({ sound: queue, endsBy: 'release' }, listener));
  }

  /** One after the other: each starts a process, and only the last that is still wanted is kept. */
  #wishHandsFree(): void {
    const wish = Symbol('hands-free');
    this.#handsFreeWish = wish;
    this.#opening = this.#opening.then(() => this.#openHands(wish));
  }

  async #openHands(wish: symbol): Promise<void> {
    if (this.#handsFreeWish !== wish) return;
    const { wakeWord, parts } = this.#assistant;
    if (wakeWord === null || parts.ears === null)
      return this.#refuse('no-wake-word', 'nothing here hears a wake word');
    try {
      const handsFree = await openHandsFree({
        openWakeWord: wakeWord.open,
        createDetector: parts.ears.createDetector,
        speaks: () => this.#speaking,
        onGone: () =>
          this.#refuse('no-wake-word', 'the wake word is not heard any more; switch hands-free on again'),
        begin: (input) => this.#turn((listener) => this.#session.listen(input, listener)),
      });
      if (this.#handsFreeWish === wish) this.#handsFree = handsFree;
      else handsFree.close();
    } catch (thrown) {
      this.#refuse('no-wake-word', (thrown as Error).message);
    }
  }

  /** The person let go of the button, or closed the microphone. */
  #letGo(): void {
    this.#button?.end();
    this.#button = null;
    this.#handsFreeWish = null;
    this.#handsFree?.close();
    this.#handsFree = null;
  }

  #hear(data: Buffer): void {
    const samples = readFrame(data);
    if (samples === null) {
      this.#refuse('bad-frame', 'sound is 16 bit samples at 16 kHz');
      return;
    }
    this.#button?.push(samples);
    this.#handsFree?.write(samples);
  }

  /** Runs a turn, telling the page of it as it goes. */
  #turn(run: (listener: TurnListener) => Promise<TurnResult>): void {
    if (this.#waiting >= MOST_WAITING) {
      this.#refuse('busy', 'wait for the sentences before this one');
      return;
    }
    this.#waiting++;
    run(this.#listener())
      .then((result) => this.#send({ type: 'result', result }))
      .catch((error: Error) => this.#refuse('failed', error.message))
      .finally(() => {
        this.#waiting--;
        this.#speaking = false;
      });
  }

  #listener(): TurnListener {
    let turn = '';
    return {
      onBegin: (traceId) => {
        turn = traceId;
        this.#send({ type: 'turn', turn });
      },
      onEvent: (event) => this.#send({ type: 'event', turn, event }),
      onStage: (timing, state) => {
        const ended = state === 'ended';
        if (timing.stage === 'audio.capture' && ended) this.#handsFree?.heard();
        const budgetMs = STAGE_BUDGETS[timing.stage].p95;
        this.#send({ type: 'stage', turn, timing: { ...timing }, ended, budgetMs });
      },
    };
  }

  async #judge(turn: string, value: 'up' | 'down'): Promise<void> {
    try {
      this.#send({ type: 'judged', turn, value, known: await this.#session.judge(turn, value) });
    } catch (thrown) {
      this.#refuse('not-judged', (thrown as Error).message);
    }
  }

  #speakAs(profile: string): void {
    if (this.#assistant.household.profiles.find(profile) === null) {
      this.#refuse('no-profile', `there is no speaker ${JSON.stringify(profile)}`);
      return;
    }
    this.#session.interrupt();
    this.#profile = profile;
    this.#session = this.#openSession();
    this.#greet();
  }

  /** A sentence that it was in the middle of is not one. */
  #loseMicrophone(why: string): void {
    this.#button?.fail(why);
    this.#handsFree?.fail(why);
    this.#letGo();
  }

  #close(): void {
    this.#loseMicrophone('the page has gone away');
    this.#session.hush();
  }

  #refuse(code: string, message: string): void {
    this.#send({ type: 'error', code, message });
  }

  #send(message: ServerMessage): void {
    this.#deliver(JSON.stringify(message));
  }

  #deliver(data: string | Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > MOST_UNSENT)
      this.#socket.close(1013, 'the page does not take what it is sent');
    else this.#socket.send(data);
  }
}
