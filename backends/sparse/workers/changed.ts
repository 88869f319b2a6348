// Waits for a shared word without holding the thread up, for pages, whose thread may not sleep.
// Invariant: it ends when the word has another value, or when the time is over.

/** A part of Atomics that not every environment has. */
interface Waiting {
  waitAsync?(
    words: Int32Array,
    index: number,
    value: number,
    longest: number,
  ): { readonly value: unknown };
}

/** The pause between two looks where there is nothing better [ms]. */
const pause = 1;

async function look(words: Int32Array, index: number, value: number, end: number): Promise<void> {
  while (Atomics.load(words, index) === value && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Waits until a word has another value, or for so long [ms]. */
export async function changed(
  words: Int32Array,
  index: number,
  { value, longest }: { readonly value: number; readonly longest: number },
): Promise<void> {
  const { waitAsync } = Atomics as Waiting;
  if (waitAsync === undefined) return look(words, index, value, performance.now() + longest);
  await waitAsync.call(Atomics, words, index, value, longest).value;
}
