// compile() and the class Network: what users build networks with and turn into models. Invariant: what
// only running needs (lowering, models, backends, reading files) is loaded when it is first asked for.

import type { LoadModelOptions } from "./compile/load-model.js";
import { makeCircuits } from "./circuits/circuits.js";
import type { NetworkDocument } from "./document/document.js";
import { fromDocument } from "./document/from-document.js";
import type { FromDocumentOptions } from "./document/from-document.js";
import { toDocument } from "./document/to-document.js";
import type { ToDocumentOptions } from "./document/to-document.js";
import { ValidationError } from "./errors.js";
import { NetworkBase } from "./network/network.js";
import { flatten } from "./lower/flatten.js";
import type { ModelOf } from "./runtime/model-of.js";
import { checkCompileOptions } from "./runtime/options.js";
import type { CompileOptions } from "./runtime/options.js";

/**
 * Compiles a network as it is now: a Model where the backend is synchronous, else an AsyncModel.
 * Later changes of the network do not reach the model.
 *
 * @example
 * ```ts
 * import { compile, Network, neurons } from "myelin";
 *
 * const net = new Network();
 * net.addNeuron(neurons.nonSpiking({ membraneCapacitance: 5 }), { name: "cell" });
 * net.addInput("cell");
 * net.addOutput("cell");
 * const model = await compile(net, { dt: 0.1 });
 * console.log(model(10)); // Float64Array(1) [ 0.2 ]
 * ```
 */
export async function compile<const O extends CompileOptions>(
  network: NetworkBase,
  options: O,
): Promise<ModelOf<O>> {
  if (!(network instanceof NetworkBase)) {
    const allowed = "a Network";
    const problem = "not a network";
    throw new ValidationError({
      code: "wrong-kind",
      where: "compile",
      problem,
      got: network,
      allowed,
    });
  }
  const settings = checkCompileOptions(options);
  // What is done to the network while the rest is loaded comes too late.
  const described = { flat: flatten(network), warnings: network.warnings };
  const { build } = await import("./compile/build.js");
  // Which of the two it is follows from the options in the same way as the type does.
  return (await build(described, settings)) as ModelOf<O>;
}

/**
 * Loads a model that `save` or `toBytes` wrote, and goes on where it was: on any backend, without the
 * network and the models that it was made of. `source`: the path of a file, a `file:` URL, or bytes.
 * Throws a LoadError for everything that is not such a file.
 *
 * @example
 * ```ts
 * import { loadModel, Network, neurons } from "myelin";
 *
 * const net = new Network();
 * net.addNeuron(neurons.nonSpiking({ bias: 1 }), { name: "cell" });
 * net.addOutput("cell");
 * const model = await net.compile({ dt: 0.1 });
 * model.runSync({ steps: 100 });
 * const again = await loadModel(model.toBytes(), { backend: "iterative" });
 * console.log(again.stepCount, again()[0] === model()[0]); // 100 true
 * ```
 */
export async function loadModel<const O extends LoadModelOptions>(
  source: string | URL | Uint8Array,
  options?: O,
): Promise<ModelOf<O & { readonly dt: number }>> {
  const { loadSaved } = await import("./compile/load-model.js");
  const model = await loadSaved(source, options ?? {});
  // Which of the two it is follows from the options in the same way as the type does.
  return model as ModelOf<O & { readonly dt: number }>;
}

/**
 * A network of neurons: add populations and connections, then compile.
 *
 * @example
 * ```ts
 * import { Network, neurons, synapses } from "myelin";
 *
 * const net = new Network({ name: "relay" });
 * net.addPopulation(neurons.spiking(), 10, { name: "cells" });
 * net.addNeuron(neurons.nonSpiking(), { name: "sum" });
 * net.addConnection(synapses.spiking({ maxConductance: 0.1 }), "cells", "sum");
 * net.addInput("cells", { size: 10 });
 * net.addOutput("sum");
 * console.log(net.neuronCount, net.synapseCount, net.inputSize); // 11 10 10
 * ```
 */
export class Network extends NetworkBase {
  /** Makes a model that runs; see `compile`. */
  compile<const O extends CompileOptions>(options: O): Promise<ModelOf<O>> {
    return compile(this, options);
  }

  /**
   * Reads a network from a document, given as JSON text or as what JSON.parse() made of it. Throws a
   * LoadError or a ValidationError that names the place, for example `$.connections[3].source`.
   */
  static fromDocument(document: unknown, options: FromDocumentOptions = {}): Network {
    return fromDocument((network) => new Network(network), document, options);
  }

  /** This network as plain data for JSON.stringify(); fromDocument() gives it back. */
  toDocument(options: ToDocumentOptions = {}): NetworkDocument {
    return toDocument(this, options);
  }
}

/**
 * Ready networks: arithmetic, differentiation and integration with non-spiking neurons.
 *
 * @example
 * ```ts
 * import { circuits, Network } from "myelin";
 *
 * const net = new Network();
 * net.addNetwork(circuits.addition({ gains: [1, -1] }));
 * net.addInput("Add/AddSrc0");
 * net.addOutput("Add/AddSum");
 * const model = await net.compile({ dt: 0.1 });
 * const { traces } = await model.run({ duration: 100, input: 20, record: ["Add/AddSum.V"] });
 * console.log(traces["Add/AddSum.V"]?.at(-1)?.toFixed(3)); // 20.000
 * ```
 */
export const circuits = /* @__PURE__ */ makeCircuits((options) => new Network(options));
