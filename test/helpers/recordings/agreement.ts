// How far computed values are from recorded ones. Invariant: a missing, extra or NaN value is never
// in agreement.

type Numbers = ArrayLike<number>;

/** Collects comparisons under one tolerance. */
export class Agreement {
  /** How many pairs were compared. */
  count = 0;
  /** The largest |computed - recorded| / (tolerance of that value); at most 1 is in agreement. */
  ratio = 0;
  /** The largest |computed - recorded|. */
  error = 0;
  /** Where the largest ratio was, for messages. */
  worst = "";
  readonly #tolerance: (recorded: number) => number;

  /** `scale`: multiplied by max(1, |recorded|); `absolute`: as it is. */
  constructor(tolerance: { readonly scale: number } | { readonly absolute: number }) {
    this.#tolerance =
      "scale" in tolerance
        ? (recorded) => tolerance.scale * Math.max(1, Math.abs(recorded))
        : () => tolerance.absolute;
  }

  /** Compares one pair. */
  value(where: string, computed: number | undefined, recorded: number | undefined): void {
    const error = Math.abs((computed ?? NaN) - (recorded ?? NaN));
    const found = error / this.#tolerance(recorded ?? NaN);
    const ratio = Number.isNaN(found) ? Infinity : found;
    this.count++;
    if (!(error <= this.error)) this.error = error;
    if (ratio <= this.ratio) return;
    this.ratio = ratio;
    this.worst = `${where}: ${computed} instead of ${recorded}`;
  }

  /** Compares two rows of equal length. */
  row(where: string, computed: Numbers, recorded: Numbers): void {
    if (computed.length !== recorded.length) this.value(`${where}.length`, NaN, recorded.length);
    for (let i = 0; i < recorded.length; i++) {
      this.value(`${where}[${i}]`, computed[i], recorded[i]);
    }
  }

  /** Compares two tables row by row. */
  table(where: string, computed: readonly Numbers[], recorded: readonly Numbers[]): void {
    if (computed.length !== recorded.length) this.value(`${where}.length`, NaN, recorded.length);
    recorded.forEach((row, i) => this.row(`${where}[${i}]`, computed[i] ?? [], row));
  }
}

/** Fails with the worst value where it is out of tolerance, or where nothing was compared. */
export function expectAgreement(agreement: Agreement): void {
  expect(agreement.count).toBeGreaterThan(0);
  if (!(agreement.ratio <= 1)) throw new Error(`out of tolerance: ${agreement.worst}`);
}
