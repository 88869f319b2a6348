// Writing WGSL: lines with their indentation, names of our own making, and numbers. Invariant: no text
// of a Program ever gets into the code, and no constant expression in it can overflow.

const roundToSingle = Math.fround;
const words = new DataView(new ArrayBuffer(4));

/** The bits of a float32. */
export function bitsOf(value: number): number {
  words.setFloat32(0, value);
  return words.getUint32(0);
}

/** A whole number for indices. */
export const whole = (value: number): string => `${value}u`;

/**
 * A float32 number. The infinities and NaN are no literals of WGSL, and as constant expressions not
 * even allowed, so they are made from bits that are known only when the code runs.
 */
export function literal(value: number): string {
  const rounded = roundToSingle(value);
  if (Number.isNaN(rounded)) return "not_a_number()";
  if (!Number.isFinite(rounded)) return rounded > 0 ? "infinity()" : "(-infinity())";
  if (Object.is(rounded, -0)) return "minus_zero()";
  const text = String(rounded);
  const digits = /[.e]/.test(text) ? text : `${text}.0`;
  return rounded < 0 ? `(${digits}f)` : `${digits}f`;
}

/** Lines of a function that is being written. */
export class Text {
  readonly #lines: string[] = [];
  #depth: number;
  #names = 0;

  constructor(depth = 1) {
    this.#depth = depth;
  }

  line(text: string): void {
    this.#lines.push(`${"  ".repeat(this.#depth)}${text}`);
  }

  /** `head { inner }`. */
  block(head: string, inner: () => void): void {
    this.line(`${head} {`);
    this.#depth += 1;
    inner();
    this.#depth -= 1;
    this.line("}");
  }

  /** A new name. */
  name(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  /** Gives a value a name. */
  let(value: string, prefix = "t"): string {
    const name = this.name(prefix);
    this.line(`let ${name} = ${value};`);
    return name;
  }

  /** A variable with this first value. */
  var(value: string, prefix = "v"): string {
    const name = this.name(prefix);
    this.line(`var ${name} = ${value};`);
    return name;
  }

  toString(): string {
    return this.#lines.join("\n");
  }
}
