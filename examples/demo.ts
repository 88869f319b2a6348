// The demonstration: runs the half-centre oscillator and filters a picture (the shipped one, or the
// PNG file given as argument), and says what came out.

import { filterPicture } from "./image-filter.js";
import { runOscillator } from "./half-centre-oscillator.js";

console.log("Half-centre oscillator: 2 neurons, 10 s of simulated time");
const rhythm = await runOscillator();
console.log(
  `  found a rhythm of ${rhythm.period.toFixed(0)} ms; the neurons take turns, ` +
    `${(100 * rhythm.phase).toFixed(0)} % of a period apart`,
);
console.log(`  wrote ${rhythm.picture}`);

const file = process.argv[2];
console.log(`Image filter: one neuron per pixel, ${file ?? "the shipped picture"}`);
const edges = await filterPicture(file);
console.log(
  `  ${edges.width} x ${edges.height} pixels, ${2 * edges.width * edges.height} neurons; ` +
    `edges on ${(100 * edges.share).toFixed(1)} % of them`,
);
console.log(`  wrote ${edges.picture}`);
