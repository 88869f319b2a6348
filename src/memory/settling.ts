// Settled views of arrays that are kept lazily: with pending history events, or by the `settle` ops of
// a Program. Invariant: looking never changes later bits, because what settling wrote is taken back;
// only `settleForGood` keeps it.

import { valuesIn, type Memory, type Reals } from "./memory.js";

/** What brings lazily kept arrays up to date: pending events of a history, or a Program's `settle`. */
export interface Settler {
  /** The arrays that it writes: what reading must settle. */
  readonly writes: readonly string[];
  /** Applies all pending events, after `done` steps; what is pending stays as it is. */
  readonly settleAll: (done: number) => void;
  /** Forgets what is pending; for use when everything has been settled. */
  readonly forget: () => void;
  /** Whether everything must be settled before this array is written; absent: before any is. */
  readonly isConcernedBy?: (array: string) => boolean;
}

export interface Settling {
  /** The arrays that settling writes. */
  readonly names: readonly string[];
  /** Whether pending events could change this array. */
  readonly concerns: (array: string) => boolean;
  /** Settles, calls `look`, and takes the settling back; `done` is the number of steps done. */
  readonly whileSettled: (done: number, look: () => void) => void;
  /** Settles everything, or what must be settled before this array is written. */
  readonly settleForGood: (done: number, array?: string) => void;
}

interface Kept {
  readonly data: Reals | Int32Array;
  readonly copy: Reals | Int32Array;
}

/** Binds the settling of a Program; `settlers` work in their order. */
export function bindSettling(memory: Memory, settlers: readonly Settler[]): Settling {
  const names = new Set(settlers.flatMap((settler) => settler.writes));
  // Made when first needed: many programs never look while events are pending.
  let kept: Kept[] | undefined;
  const keep = (): Kept[] => {
    kept ??= [...names].map((name) => {
      const { data } = valuesIn(memory, name);
      return { data, copy: data.slice() };
    });
    for (const { data, copy } of kept) copy.set(data);
    return kept;
  };
  const settleAll = (done: number): void => {
    for (const settler of settlers) settler.settleAll(done);
  };
  return {
    names: [...names],
    concerns: (array) => names.has(array),
    whileSettled(done, look) {
      const before = keep();
      try {
        settleAll(done);
        look();
      } finally {
        for (const { data, copy } of before) data.set(copy);
      }
    },
    settleForGood(done, array) {
      for (const settler of settlers) {
        if (array !== undefined && settler.isConcernedBy?.(array) === false) continue;
        settler.settleAll(done);
        settler.forget();
      }
    },
  };
}
