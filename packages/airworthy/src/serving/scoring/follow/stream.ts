/** One record to come, as bytes. */
export interface StreamMessage {
  /** 32 hex characters, the same whenever the message is delivered again: the prediction's id. */
  id: string;
  bytes: Uint8Array;
  /** Where it stands, for people: `flights.jsonl, line 17`. */
  place: string;
}

/** Where messages come from. */
export interface MessageSource {
  /** The next batch comes once the one before is committed. Ends with the stream, or when the signal is aborted. */
  batches(signal: AbortSignal): AsyncIterable<readonly StreamMessage[]>;
  /** All messages given so far are done and need not come again. */
  commit(): Promise<void>;
  close(): Promise<void>;
}

/** One answer, or one message that has none, as JSON. */
export interface StreamLine {
  id: string;
  text: string;
}

/** Where answers go. */
export interface MessageSink {
  /** Durable when it resolves. */
  write(lines: readonly StreamLine[]): Promise<void>;
  close(): Promise<void>;
}

/** Messages taken together: enough to share the cost of a commit, few enough that little comes again. */
export const MOST_MESSAGES = 64;
