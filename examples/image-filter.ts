// An image filter made of neurons: each pixel excites the neuron behind it and inhibits that
// neuron's neighbours, so that only edges remain, as in the retina. Reads and writes a PNG picture.

import { strict as assert } from "node:assert";
import { Network, neurons, synapses } from "../src/index.js";
import { isMain, outputPath, shippedPath } from "./support/main.js";
import { readPicture, writePicture } from "./support/picture.js";

/** What the filter found. */
export interface Edges {
  readonly width: number;
  readonly height: number;
  /** Part of the picture's pixels that lie on an edge. */
  readonly share: number;
  readonly picture: string;
}

/** Potential of a pixel neuron that sees white [mV]. */
const white = 20;

/** Filters a picture; the shipped one if none is given. */
export async function filterPicture(path: string = shippedPath("neuron.png")): Promise<Edges> {
  const { width, height, grey } = readPicture(path);
  const net = new Network({ name: "edge filter" });
  const cell = neurons.nonSpiking({ membraneCapacitance: "5 nF", membraneConductance: "1 uS" });
  const pixels = net.addPopulation(cell, [height, width], { name: "pixels" });
  const edges = net.addPopulation(cell, [height, width], { name: "edges" });
  net.addInput(pixels, { name: "light", size: width * height });
  // Centre and surround cancel where the picture is even: 1 * 160 = 8 * 0.25 * 80.
  const centreSurround = synapses.pattern(synapses.nonSpiking, {
    maxConductance: [
      [0.25, 0.25, 0.25],
      [0.25, 1, 0.25],
      [0.25, 0.25, 0.25],
    ],
    reversalPotential: [
      [-80, -80, -80],
      [-80, 160, -80],
      [-80, -80, -80],
    ],
  });
  net.addConnection(centreSurround, pixels, edges, { name: "centre-surround" });
  net.addOutput(edges);

  const model = await net.compile({ dt: 1, backend: "iterative" });
  const light = grey.map((level) => level * white);
  await model.run({ duration: 60, input: light, progress: true });
  const potential = model.state.get("edges.V");

  const response = Float64Array.from(potential, (V) => Math.abs(Number(V)) / white);
  const inside = (i: number): boolean =>
    i % width > 0 && i % width < width - 1 && i >= width && i < width * (height - 1);
  const strong = response.filter((level, i) => inside(i) && level > 0.5);
  const picture = outputPath("edges.png");
  writePicture(picture, { width, height, grey: response.map((level) => 1 - level) });

  assert.ok(response.every(Number.isFinite), "every neuron has a finite potential");
  return { width, height, share: strong.length / response.length, picture };
}

if (isMain(import.meta.url)) {
  const edges = await filterPicture(process.argv[2]);
  if (process.argv[2] === undefined) assert.ok(edges.share > 0.02 && edges.share < 0.5);
  console.log(edges);
}
