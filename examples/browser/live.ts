// Keeps a network running at a chosen speed beside real time, and measures it. Invariant: a slow
// machine shows fewer steps for each second; it never falls behind and never blocks the page.

import type { Recording } from "../../src/index.js";

/** A network on the page. */
export interface Scene {
  /** Time step [ms]. */
  readonly dt: number;
  /** Steps that are done at once. */
  readonly block: number;
  readonly backend: string;
  /** Does a block of steps. */
  run(): Recording;
  draw(recording: Recording): void;
  restart(): void;
  /** What it says of itself, by name. */
  readouts(): Readonly<Record<string, string>>;
}

/** Time for one network in each picture of the page, which has 16 [ms]. */
const budget = 6;
/** Time between two readings [ms]. */
const reading = 500;

const rounded = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });

/** A scene that runs. */
export class Live {
  readonly #scene: Scene;
  readonly #show: (texts: Readonly<Record<string, string>>) => void;
  #speed = 1;
  /** Steps that should have been done [ms]. */
  #owed = 0;
  #steps = 0;
  #measured = { real: 0, computing: 0, steps: 0 };

  constructor(scene: Scene, show: (texts: Readonly<Record<string, string>>) => void) {
    this.#scene = scene;
    this.#show = show;
    this.#read();
  }

  /** Simulated time for each unit of real time. */
  set speed(speed: number) {
    this.#speed = speed;
  }

  restart(): void {
    this.#scene.restart();
    this.#steps = 0;
    this.#owed = 0;
    this.#read();
  }

  /** Lets real time pass [ms]. */
  advance(elapsed: number): void {
    const { dt, block } = this.#scene;
    this.#owed += elapsed * this.#speed;
    const start = performance.now();
    while (this.#owed >= block * dt && performance.now() - start < budget) {
      this.#runBlock();
      this.#owed -= block * dt;
    }
    if (this.#owed > block * dt) this.#owed = 0;
    this.#measured.real += elapsed;
    if (this.#measured.real >= reading) this.#read();
  }

  #runBlock(): void {
    const { block } = this.#scene;
    const start = performance.now();
    const recording = this.#scene.run();
    this.#measured.computing += performance.now() - start;
    this.#measured.steps += block;
    this.#steps += block;
    this.#scene.draw(recording);
  }

  #read(): void {
    const { dt, backend } = this.#scene;
    const { real, computing, steps } = this.#measured;
    const perStep = computing / steps;
    const isMeasured = steps > 0 && real > 0;
    this.#show({
      "Simulated time": `${((this.#steps * dt) / 1000).toFixed(2)} s`,
      "Steps per second": isMeasured ? rounded((1000 * steps) / real) : "–",
      "Real-time factor": isMeasured ? `${rounded((steps * dt) / real)} ×` : "–",
      "One step takes": isMeasured ? `${rounded(1000 * perStep)} µs` : "–",
      "Could run at": isMeasured ? `${rounded(dt / perStep)} ×` : "–",
      Backend: backend,
      ...this.#scene.readouts(),
    });
    this.#measured = { real: 0, computing: 0, steps: 0 };
  }
}
