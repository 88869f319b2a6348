// A plot that is written over from left to right again and again, as on an oscilloscope. Invariant:
// drawing costs as much as what is new, however much is to be seen.

/** What an axis shows. */
export interface Range {
  /** Time from the left to the right border [ms]. */
  readonly span: number;
  readonly low: number;
  readonly high: number;
}

/** Part of the width that is empty before what is new. */
const gap = 0.02;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Draws into one canvas; colours are names of custom properties of the style sheet. */
export class Sweep {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #range: Range;
  readonly #colours = new Map<string, string>();
  readonly #ends = new Map<string, Point>();
  #time = 0;

  constructor(canvas: HTMLCanvasElement, range: Range) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d")!;
    this.#range = range;
    this.#resize();
    new ResizeObserver(() => this.#resize()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#colours.clear();
    });
  }

  #resize(): void {
    const canvas = this.#canvas;
    const width = Math.round(canvas.clientWidth * devicePixelRatio);
    const height = Math.round(canvas.clientHeight * devicePixelRatio);
    if (width === canvas.width && height === canvas.height) return;
    // This also empties the canvas and sets its context back.
    canvas.width = width;
    canvas.height = height;
    this.#context.lineWidth = 1.5 * devicePixelRatio;
    // Short pieces that only touch would leave their line pale.
    this.#context.lineCap = "round";
    this.#ends.clear();
  }

  #colour(name: string): string {
    let colour = this.#colours.get(name);
    if (colour === undefined) {
      colour = getComputedStyle(this.#canvas).getPropertyValue(`--${name}`).trim();
      this.#colours.set(name, colour);
    }
    return colour;
  }

  #x(time: number): number {
    return ((time % this.#range.span) / this.#range.span) * this.#canvas.width;
  }

  #y(value: number): number {
    const { low, high } = this.#range;
    const part = (Math.min(Math.max(value, low), high) - low) / (high - low);
    const margin = this.#context.lineWidth;
    return margin + (1 - part) * (this.#canvas.height - 2 * margin);
  }

  /** Empties everything, and begins again at this time [ms]. */
  clear(time: number): void {
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#ends.clear();
    this.#time = time;
  }

  /** Makes room for what is between the last time and this one [ms]. */
  advance(time: number): void {
    const { width, height } = this.#canvas;
    const from = this.#x(this.#time) + (this.#time === 0 ? 0 : gap * width);
    const cleared = Math.min(((time - this.#time) / this.#range.span) * width, width);
    this.#context.clearRect(from, 0, cleared, height);
    this.#context.clearRect(from - width, 0, cleared, height);
    this.#time = time;
  }

  /** Continues the line of this colour. */
  line(name: string, times: ArrayLike<number>, values: ArrayLike<number>): void {
    const context = this.#context;
    let end = this.#ends.get(name);
    context.strokeStyle = this.#colour(name);
    context.beginPath();
    if (end !== undefined) context.moveTo(end.x, end.y);
    for (let i = 0; i < times.length; i += 1) {
      const next = { x: this.#x(times[i]!), y: this.#y(values[i]!) };
      if (end === undefined || next.x < end.x) context.moveTo(next.x, next.y);
      else context.lineTo(next.x, next.y);
      end = next;
    }
    context.stroke();
    if (end !== undefined) this.#ends.set(name, end);
  }

  /** A dot for each pair of a time [ms] and a value that begins at `first`. */
  dots(
    name: string,
    { time, index }: { readonly time: ArrayLike<number>; readonly index: ArrayLike<number> },
    first: number,
  ): void {
    const size = Math.ceil(devicePixelRatio);
    this.#context.fillStyle = this.#colour(name);
    for (let i = 0; i < time.length; i += 1) {
      // Between two pixels a dot would be pale in both.
      const x = Math.floor(this.#x(time[i]!));
      const y = Math.floor(this.#y(first + index[i]!));
      this.#context.fillRect(x, y, size, size);
    }
  }
}
