// What a thread is given when it starts. Invariant: plain data that can be sent to another thread, and
// memory that threads share.

/** Where a spike list of a part lies in the memory of the part [bytes]. */
export interface ListPlace {
  readonly length: number;
  readonly slots: number;
  readonly heads: number;
  readonly counts: number;
  readonly items: number;
  readonly columns: readonly number[];
}

/** A list of which the parts exchange their spikes. */
export interface ExchangedList {
  /** Part p owns the sources bounds[p] ... bounds[p + 1] - 1. */
  readonly bounds: readonly number[];
  readonly columns: number;
  /** In the memory of the part at hand; absent where it has nothing of the list. */
  readonly place?: ListPlace;
}

/** How a part exchanges spikes with the others. */
export interface ExchangePlan {
  readonly lists: readonly ExchangedList[];
  /** Most steps between two exchanges. */
  readonly steps: number;
  readonly isDouble: boolean;
  /** What each part has to tell; written by that part alone. */
  readonly outboxes: readonly SharedArrayBuffer[];
}

export interface Task {
  readonly part: number;
  readonly parts: number;
  /** Whether the thread that leads does no part. */
  readonly isLed: boolean;
  readonly control: SharedArrayBuffer;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly exchange: ExchangePlan;
}

/** The functions and globals of a module that a thread uses. */
export interface PartExports {
  readonly run: (steps: number) => number;
  readonly step: { value: bigint };
  readonly sampling: { value: number };
}
