// The half-centre oscillator of the page: two neurons that take turns, with a drive of their own and
// synapses that can be changed while they run.

import { Network, neurons, synapses } from "../../src/index.js";
import type { Recording } from "../../src/index.js";
import { find, useSlider } from "./controls.js";
import type { Scene } from "./live.js";
import { Sweep } from "./sweep.js";

const dt = 0.1;
const sides = ["left", "right"] as const;
const record = sides.map((side) => `${side}.V`);

function build(): Network {
  const net = new Network({ name: "half-centre" });
  const cell = neurons.persistentSodium({ membraneCapacitance: "5 nF" });
  const inhibition = synapses.nonSpiking({ reversalPotential: -120 });
  // Without a difference both would do the same for ever.
  net.addNeuron(cell, { name: "left", initialValue: -1 });
  net.addNeuron(cell, { name: "right" });
  net.addConnection(inhibition, "left", "right", { name: "left to right" });
  net.addConnection(inhibition, "right", "left", { name: "right to left" });
  for (const side of sides) net.addInput(side, { name: `${side} drive` });
  return net;
}

/** Finds the period of a rhythm from who of the two is ahead. */
class Rhythm {
  #leader = 0;
  #lastTurn: number | undefined;
  #period: number | undefined;

  add(time: number, difference: number): void {
    // A difference of less than 1 mV changes nothing, so that no turn counts twice.
    if (Math.abs(difference) < 1 || Math.sign(difference) === this.#leader) return;
    const isTurn = this.#leader === -1;
    this.#leader = Math.sign(difference);
    if (!isTurn) return;
    if (this.#lastTurn !== undefined) this.#period = time - this.#lastTurn;
    this.#lastTurn = time;
  }

  /** The period at a time, if the last turn was not too long ago [ms]. */
  at(time: number): number | undefined {
    const isOver = time - (this.#lastTurn ?? 0) > 2.5 * (this.#period ?? 0);
    return isOver ? undefined : this.#period;
  }
}

/** Compiles the oscillator and binds it to its part of the page. */
export async function halfCentre(part: HTMLElement): Promise<Scene> {
  const strengths = ["left to right.maxConductance", "right to left.maxConductance"];
  const model = await build().compile({ dt, tunable: strengths });
  const range = { span: 5000, low: -20, high: 40 };
  const plot = new Sweep(find(part, ".traces", HTMLCanvasElement), range);
  const drive = [0, 0];
  let rhythm = new Rhythm();
  let now = 0;
  sides.forEach((side, i) => useSlider(`${side}-drive`, (current) => void (drive[i] = current)));
  useSlider("inhibition", (nanosiemens) => {
    for (const name of strengths) model.params.set(name, nanosiemens / 1000);
  });
  const block = 100;
  return {
    dt,
    block,
    backend: model.backend,
    run: () => model.runSync({ steps: block, input: drive, record, every: 20 }),
    draw({ time, traces }: Recording) {
      const [left, right] = record.map((name) => traces[name]!);
      now = time.at(-1)!;
      plot.advance(now);
      plot.line("left", time, left!);
      plot.line("right", time, right!);
      time.forEach((at, i) => rhythm.add(at, left![i]! - right![i]!));
    },
    restart() {
      model.reset();
      rhythm = new Rhythm();
      plot.clear(0);
    },
    readouts() {
      const period = rhythm.at(now);
      return { Period: period === undefined ? "no rhythm" : `${period.toFixed(0)} ms` };
    },
  };
}
