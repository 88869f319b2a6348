// What a backend may be able to do, as data: each feature has parts, and each part is a Program that
// the backend runs as the iterative one does, or refuses with a reason. Invariant: found from the
// catalogue of models and the documented Programs, so that a new one is a new row.

import { Network, neurons, synapses } from "../../src/index.js";
import type { CompileOptions } from "../../src/index.js";
import { listModels } from "../../src/models/list-models.js";
import type { Program } from "../../src/ir/program.js";
import type { HostFunction } from "../../src/runtime/backend.js";
import { catalogueNetworks } from "../helpers/catalogue-networks.js";
import { addHosts, hosts } from "../helpers/hosted-program.js";
import { programCases } from "../helpers/program-cases/index.js";
import { comparePrograms, type Rivals } from "./compare.js";

export interface Feature {
  readonly group: string;
  readonly name: string;
  readonly parts: readonly ((rivals: Rivals) => Promise<void>)[];
}

const steps = 20;

async function programOf(network: Network, options: Partial<CompileOptions>): Promise<Program> {
  const silent = { dt: 0.1, backend: "iterative", onWarning: () => {} } as const;
  const model = await network.compile({ ...silent, ...options });
  model.dispose();
  return model.program;
}

/** Networks as compiled for a backend that is named, with the passes that it asks for. */
const networkPart =
  (build: () => Network, options: Partial<CompileOptions> = {}) =>
  async (rivals: Rivals): Promise<void> =>
    comparePrograms(rivals, await programOf(build(), options), steps);

const modelFeatures = (): Feature[] =>
  listModels().map(({ path }) => ({
    group: "Models",
    name: path,
    parts: catalogueNetworks()
      .filter(
        ({ name }) => name === path || name.startsWith(`${path} `) || name.startsWith(`${path},`),
      )
      .map(({ build }) => networkPart(build)),
  }));

/** The function that one of the documented Programs calls: a first-order lag. */
const lag: HostFunction = (_step, [input], [output]) => {
  for (let i = 0; i < output!.length; i += 1)
    output![i] = 0.9 * output![i]! + 0.1 * (input![i] ?? 0);
};
const plants: ReadonlyMap<string, HostFunction> = new Map([["body", lag]]);

const programFeatures = (): Feature[] =>
  programCases.map(({ program }) => ({
    group: "Programs",
    name: program.name,
    parts: [(rivals) => comparePrograms(rivals, program, steps, plants)],
  }));

/** Neurons of two kinds with graded, electrical and delayed spiking synapses. */
function mixed(): Network {
  const net = new Network({ name: "mixed" });
  net.addPopulation(neurons.nonSpiking({ bias: 3 }), 6, { name: "graded" });
  net.addPopulation(neurons.spiking({ bias: 4 }), 6, { name: "firing" });
  net.addConnection(synapses.nonSpiking({ maxConductance: 0.3 }), "graded", "firing");
  const transmissionDelay = Float64Array.from({ length: 36 }, (_, i) => 0.1 * (i % 4));
  net.addConnection(synapses.spiking({ transmissionDelay }), "firing", "graded");
  net.addConnection(synapses.electrical({ conductance: 0.1 }), "graded", "graded");
  net.addInput("graded", { size: 6 });
  net.addOutput("firing");
  return net;
}

const optionFeatures = (): Feature[] => {
  const option = (name: string, options: Partial<CompileOptions>): Feature => ({
    ...{ group: "Options", name, parts: [networkPart(mixed, options)] },
  });
  return [
    option("all passes", {}),
    option('`optimize: "none"`', { optimize: "none" }),
    option("`batch`", { batch: 3 }),
    option("`batch` with `perCopy`", { batch: 3, perCopy: ["firing.bias"] }),
    option("`tunable`", { tunable: ["firing.bias", "graded.membraneCapacitance"] }),
    {
      ...{ group: "Options", name: "functions of yours inside the step (`hosts`)" },
      parts: [
        async (rivals) =>
          comparePrograms(rivals, addHosts(await programOf(mixed(), {}), 1), steps, hosts),
      ],
    },
  ];
};

/** All rows, group by group. */
export const features = (): Feature[] => [
  ...modelFeatures(),
  ...optionFeatures(),
  ...programFeatures(),
];
