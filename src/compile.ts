// compile() and the class Network: what users build networks with and turn into models.

import { build } from "./compile/build.js";
import { makeCircuits } from "./circuits/circuits.js";
import { ValidationError } from "./errors.js";
import { NetworkBase } from "./network/network.js";
import { backendLoaders } from "./runtime/backend-list.js";
import type { ModelOf } from "./runtime/model-of.js";
import { checkCompileOptions } from "./runtime/options.js";
import type { CompileOptions } from "./runtime/options.js";

/**
 * Compiles a network as it is now: a Model where the backend is synchronous, else an AsyncModel.
 * Later changes of the network do not reach the model.
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
  // Which of the two it is follows from the options in the same way as the type does.
  return (await build(network, settings, backendLoaders)) as ModelOf<O>;
}

/** A network of neurons: add populations and connections, then compile. */
export class Network extends NetworkBase {
  /** Makes a model that runs; see `compile`. */
  compile<const O extends CompileOptions>(options: O): Promise<ModelOf<O>> {
    return compile(this, options);
  }
}

/** Ready networks: arithmetic, differentiation and integration with non-spiking neurons. */
export const circuits = makeCircuits((options) => new Network(options));
