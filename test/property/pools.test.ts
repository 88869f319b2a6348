// Single neurons and synapses, which are pooled before they are expanded: the same bits, names and
// states as one by one, whatever they are and in whatever order they were made. A failure prints the
// seed; MYELIN_RUNS=10 looks at ten times as many networks.

import { defineSynapse, Network, neurons, synapses } from "../../src/index.js";
import type { CompileOptions, Model, NeuronType, SynapseType } from "../../src/index.js";
import { passNames } from "../../src/lower/pipeline.js";
import { Dice } from "../helpers/random-program.js";

const networks = 40 * Number(process.env["MYELIN_RUNS"] ?? 1);
const onlyMerge = Object.fromEntries(passNames.map((name) => [name, name === "merge"]));

/** Changes its target at once, so that the order of spikes can be seen. */
const kick = defineSynapse({
  name: "kick",
  doc: "Pulls the potential towards its own.",
  params: {
    strength: { symbol: "w", default: 0.1, doc: "how far" },
    goal: { symbol: "U", default: 3, unit: "mV", doc: "where to" },
    delay: { symbol: "d", default: 0.2, unit: "ms", min: 0, doc: "until it arrives" },
  },
  onPre: "V_post = V_post + w * (U - V_post)",
  delay: "delay",
});
/** Learns from the spikes of both ends. */
const learning = defineSynapse({
  name: "learning",
  doc: "A weight that grows with spikes of the target and shrinks with those of the source.",
  params: { conductance: { symbol: "g", default: 0.3, unit: "uS", doc: "at weight 1" } },
  state: { w: { initial: 1, doc: "weight" } },
  onPre: "w = w * 0.9",
  onPost: "w = w + 0.05",
  graded: { conductance: "g * w * clip(V_pre / 10, 0, 1)", reversal: "50" },
});

function cell(dice: Dice): NeuronType {
  const membraneCapacitance = dice.chance(0.5) ? 5 : dice.between(3, 6);
  if (dice.chance(0.5)) return neurons.nonSpiking({ membraneCapacitance });
  return neurons.spiking({ membraneCapacitance, bias: dice.between(0, 4) });
}

function synapse(dice: Dice, [from, to]: readonly [fires: boolean, fires: boolean]): SynapseType {
  const conductance = dice.chance(0.3) ? 0.5 : dice.between(0.1, 1);
  switch (dice.below(from ? (to ? 6 : 5) : 2)) {
    case 0:
      return synapses.electrical({ conductance });
    case 2:
      return synapses.spiking({
        maxConductance: conductance,
        transmissionDelay: 0.1 * dice.below(3),
      });
    case 3:
    case 4:
      return kick({ strength: conductance / 3, delay: 0.1 * dice.below(3) });
    case 5:
      return learning({ conductance });
    default:
      return synapses.nonSpiking({ maxConductance: conductance });
  }
}

interface Drawn {
  readonly net: Network;
  readonly tunable: readonly string[];
}

function draw(seed: number): Drawn {
  const dice = new Dice(seed);
  const net = new Network();
  const count = 2 + dice.below(8);
  for (let i = 0; i < count; i += 1) {
    net.addNeuron(cell(dice), {
      name: `cell ${i}`,
      ...(dice.chance(0.3) && { initialValue: dice.between(0, 2) }),
    });
  }
  // Now and then something that cannot be pooled, with or without a synapse to the rest.
  if (dice.chance(0.2)) net.addPopulation(cell(dice), 3, { name: "three" });
  const ends = dice.chance(0.5) ? net.populations.length : count;
  for (let i = dice.below(20); i > 0; i -= 1) {
    const pair = [dice.below(ends), dice.below(ends)] as const;
    const [from, to] = pair.map((at) => net.populations[at]!.type.model.spike !== undefined);
    net.addConnection(synapse(dice, [from!, to!]), ...pair);
  }
  for (let i = 1 + dice.below(2 * count); i > 0; i -= 1) net.addInput(dice.below(count));
  for (let i = 0; i < count; i += 1) net.addInput(i);
  for (let i = dice.below(count); i > 0; i -= 1) net.addOutput(dice.below(count));
  const paths = ["cell 0.bias", "cell 1.membraneCapacitance"];
  return { net, tunable: dice.chance(0.3) ? paths : [] };
}

/** Everything that can be seen of a run. */
async function trace(model: Model, seed: number): Promise<unknown> {
  const dice = new Dice(seed + 1);
  const seen: unknown[] = [];
  const width = model.inputs.reduce((sum, { size }) => sum + size, 0);
  for (let step = 0; step < 40; step += 1) {
    seen.push(Array.from(model.step(dice.values(width, 0, 12))));
  }
  for (const name of model.state.names()) seen.push(name, model.state.get(name));
  for (const name of model.params.names()) seen.push(name, model.params.get(name));
  return seen;
}

test("pooled networks run as the same networks one by one, bit for bit", async () => {
  for (let seed = 0; seed < networks; seed += 1) {
    const { net, tunable } = draw(seed);
    const warnings: string[][] = [];
    const compile = async (optimize: NonNullable<CompileOptions["optimize"]>): Promise<Model> => {
      const heard: string[] = [];
      warnings.push(heard);
      const onWarning = (text: string): void => void heard.push(text);
      return net.compile({ dt: 0.1, backend: "iterative", tunable, optimize, onWarning });
    };
    const alone = await trace(await compile("none"), seed);
    const pooled = await trace(await compile(onlyMerge), seed);
    expect({ seed, pooled }).toEqual({ seed, pooled: alone });
    expect(warnings[1]).toEqual(warnings[0]);
  }
});
