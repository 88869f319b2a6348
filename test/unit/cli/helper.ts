// Runs the command inside the test, with streams that keep what is written, in a folder of its own.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cli } from "../../../src/cli/cli.js";
import type { OutStream, Surroundings } from "../../../src/cli/streams.js";
import { Network, neurons, synapses } from "../../../src/index.js";

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}
export interface Around extends Partial<Omit<Surroundings, "stdin">> {
  readonly stdin?: string | Uint8Array;
  readonly isTerminal?: boolean;
}

/** A stream that keeps its text. */
export class Kept implements OutStream {
  text = "";
  readonly isTTY: boolean;

  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }

  write(text: string, done: (error?: Error | null) => void): void {
    this.text += text;
    setImmediate(done);
  }

  on(): void {}
  off(): void {}
}

async function* inPieces(given: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = typeof given === "string" ? Buffer.from(given) : given;
  for (let i = 0; i < bytes.length; i += 100) yield bytes.subarray(i, i + 100);
}

/** Runs `myelin` with these arguments. */
export async function myelin(args: readonly string[], around: Around = {}): Promise<Answer> {
  const { stdin = "", isTerminal = false, ...more } = around;
  const stdout = new Kept(isTerminal);
  const stderr = new Kept(isTerminal);
  const code = await cli(args, { stdin: inPieces(stdin), stdout, stderr, ...more });
  return { code, out: stdout.text, error: stderr.text };
}

/** What `run --json` prints, as far as tests look at it. */
export interface Printed {
  readonly network: string;
  readonly backend: string;
  readonly precision: string;
  readonly order: string;
  readonly seed: number;
  readonly dt: number;
  readonly done: number;
  readonly stopped?: { readonly step: number };
  readonly warnings: readonly string[];
  readonly speed?: { readonly stepsPerSecond: number; readonly realTimeFactor: number };
  readonly steps: readonly number[];
  readonly time: readonly number[];
  readonly traces: Readonly<
    Record<
      string,
      {
        readonly shape: readonly number[];
        readonly unit?: string;
        readonly values: readonly (readonly number[])[];
      }
    >
  >;
  readonly spikes: Readonly<
    Record<string, { readonly step: number[]; readonly time: number[]; readonly index: number[] }>
  >;
}
export const parsed = ({ out }: Answer): Printed => JSON.parse(out) as Printed;

/** Two neurons that inhibit each other and a population that fires: what the examples of help use. */
export function sampleNetwork(): Network {
  const net = new Network({ name: "sample" });
  const cell = neurons.persistentSodium({});
  const left = net.addNeuron(cell, { name: "left", initialValue: -1 });
  const right = net.addNeuron(cell, { name: "right" });
  const inhibition = synapses.nonSpiking({ maxConductance: 0.17, reversalPotential: -120 });
  net.addConnection(inhibition, left, right);
  net.addConnection(inhibition, right, left);
  net.addPopulation(neurons.spiking({ thresholdInitialValue: 2 }), 3, { name: "cells" });
  net.addInput(left, { name: "drive" });
  net.addInput("cells", { name: "each", size: 3 });
  net.addOutput(left, { name: "y" });
  net.addOutput("cells", { name: "fired", variable: "spikes" });
  return net;
}

export const documentOf = (network: Network): string => JSON.stringify(network.toDocument());

/** A folder that is removed after each test, with the sample network in it. */
export function useFolder(): {
  readonly path: (name: string) => string;
  readonly write: (name: string, content: string | Uint8Array) => string;
  readonly read: (name: string) => string;
  readonly names: () => string[];
  readonly run: (...args: string[]) => Promise<Answer>;
  readonly runIn: (around: Around, ...args: string[]) => Promise<Answer>;
} {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "myelin-cli-"));
    writeFileSync(join(folder, "network.json"), documentOf(sampleNetwork()));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  const runIn = (around: Around, ...args: string[]): Promise<Answer> =>
    myelin(args, { cwd: folder, ...around });
  return {
    path,
    write(name, content) {
      writeFileSync(path(name), content);
      return path(name);
    },
    read: (name) => readFileSync(path(name), "utf8"),
    names: () => readdirSync(folder).sort(),
    run: (...args) => runIn({}, ...args),
    runIn,
  };
}
