// The streams of a command: where it reads and writes, and writing that outlives a reader who has gone
// away. Invariant: a closed pipe is no error; what is written waits for the reader.

/** What a command needs of standard output and standard error. */
export interface OutStream {
  readonly isTTY?: boolean;
  write(text: string, done: (error?: Error | null) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
}

/** Everything around a command. */
export interface Surroundings {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: OutStream;
  readonly stderr: OutStream;
  /** Folder that paths start from; default that of the process. */
  readonly cwd?: string;
  /** Calls `stop` when the user wants the run to end; gives back what ends the listening. */
  readonly onInterrupt?: (stop: () => void) => () => void;
}

/** Codes under which a stream says that nobody reads it any more. */
const goneCodes: ReadonlySet<unknown> = new Set([
  "EPIPE",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END",
]);
const chunkLength = 2 ** 16;

/** Writes text to a stream, in pieces of useful size. */
export class Sink {
  readonly #stream: OutStream;
  readonly #note: (error: Error) => void;
  #isGone = false;
  #failure: Error | undefined;
  #waiting = "";
  #pending: Promise<void> = Promise.resolve();

  constructor(stream: OutStream) {
    this.#stream = stream;
    this.#note = (error) => {
      if (goneCodes.has((error as NodeJS.ErrnoException).code)) this.#isGone = true;
      else this.#failure ??= error;
    };
    stream.on("error", this.#note);
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  /** True when the reader has gone away: nothing more needs to be made for it. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Writes pieces in order; ends early where nobody reads them. */
  async write(pieces: Iterable<string>): Promise<void> {
    for (const piece of pieces) {
      if (this.#isGone) return;
      this.#waiting += piece;
      if (this.#waiting.length >= chunkLength) await this.flush();
    }
    await this.flush();
  }

  /** Takes text that need not wait for the reader: a note, a progress line. */
  writeNow(text: string): void {
    if (this.#isGone) return;
    const before = this.#pending;
    const written = this.#put(text);
    this.#pending = before.then(() => written);
  }

  async flush(): Promise<void> {
    const text = this.#waiting;
    this.#waiting = "";
    if (text !== "" && !this.#isGone) await this.#put(text);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #put(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#stream.write(text, (error) => {
        if (error) this.#note(error);
        resolve();
      });
    });
  }

  /** Waits for what is under way and stops listening; a stream in trouble still has an error to come. */
  async release(): Promise<void> {
    await this.#pending;
    if (!this.#isGone && this.#failure === undefined) this.#stream.off("error", this.#note);
  }
}
