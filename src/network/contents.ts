// Everything a network holds, in flat order. Invariant: appending never fails, because all checks
// come before it; so a call that throws has changed nothing.

import type { ConnectionRecord } from "./connection.js";
import { NameSpace, NameTable } from "./names.js";
import type { ConnectionRef, PopulationRef, PortRef } from "./population.js";
import type { Input, Output, Population } from "./types.js";
import type { NetworkWarning } from "./warnings.js";

/** A network that was added: where its populations are. */
export interface NetworkRef {
  readonly kind: "network";
  readonly name: string;
  /** Flat number of its first population. */
  readonly first: number;
  /** Handles of its populations, in order. */
  readonly populations: readonly PopulationRef[];
  readonly color?: string;
}
/** A population and all handles that stand for it: its own, and those of the networks it came from. */
export interface PopulationEntry {
  readonly population: Population;
  readonly refs: readonly PopulationRef[];
}
/** What is added at once. */
export interface Parts {
  readonly populations?: readonly PopulationEntry[];
  readonly connections?: readonly ConnectionRecord[];
  readonly inputs?: readonly Input[];
  readonly outputs?: readonly Output[];
  readonly networks?: readonly NetworkRef[];
  readonly warnings?: readonly NetworkWarning[];
}
export type ListName = "population" | "connection" | "input" | "output";

/** Stands for a handle that two added copies of one network share. */
const ambiguous = -1;

/** The lists of a network with their names. */
export class Contents {
  readonly populations: PopulationEntry[] = [];
  readonly connections: ConnectionRecord[] = [];
  readonly inputs: Input[] = [];
  readonly outputs: Output[] = [];
  readonly networks: NetworkRef[] = [];
  readonly warnings: NetworkWarning[] = [];
  readonly names: Readonly<Record<ListName | "network", NameTable>> = {
    population: new NameTable(),
    connection: new NameTable(),
    input: new NameTable(),
    output: new NameTable(),
    network: new NameTable(),
  };
  /** States and parameters are reached by `name.variable`: populations and connections share names. */
  readonly spaces = {
    parts: new NameSpace(this.names.population, this.names.connection),
    input: new NameSpace(this.names.input),
    output: new NameSpace(this.names.output),
    network: new NameSpace(this.names.network),
  };
  /** Changes with every change of the lists. */
  version = 0;
  /** True while a document is read: names may then be the paths of dissolved networks. */
  hasPaths = false;
  readonly #handles = new WeakMap<object, number>();

  append(parts: Parts): void {
    for (const entry of parts.populations ?? []) {
      for (const ref of entry.refs) {
        this.#handles.set(ref, this.#handles.has(ref) ? ambiguous : this.populations.length);
      }
      this.names.population.add(entry.population.name);
      this.populations.push(entry);
    }
    for (const record of parts.connections ?? []) {
      this.names.connection.add(record.given.name);
      this.connections.push(record);
    }
    for (const input of parts.inputs ?? []) {
      this.names.input.add(input.name);
      this.inputs.push(input);
    }
    for (const output of parts.outputs ?? []) {
      this.names.output.add(output.name);
      this.outputs.push(output);
    }
    for (const network of parts.networks ?? []) {
      this.names.network.add(network.name);
      this.networks.push(network);
    }
    for (const warning of parts.warnings ?? []) this.warnings.push(warning);
    this.version += 1;
  }

  /** Makes a frozen handle that stands for the entry at its index. */
  handle<T extends ConnectionRef | PortRef>(ref: T): T {
    this.#handles.set(ref, ref.index);
    return Object.freeze(ref);
  }

  /** What a handle stands for: a flat number, `"ambiguous"`, or undefined for foreign ones. */
  indexOf(kind: ListName, handle: object): number | "ambiguous" | undefined {
    if ((handle as { readonly kind?: unknown }).kind !== kind) return undefined;
    const index = this.#handles.get(handle);
    return index === ambiguous ? "ambiguous" : index;
  }

  /** A searchable list, for lookup.ts. */
  list(kind: ListName): {
    readonly kind: ListName;
    readonly names: NameTable;
    readonly length: number;
  } {
    const lists = {
      population: this.populations,
      connection: this.connections,
      input: this.inputs,
      output: this.outputs,
    };
    return { kind, names: this.names[kind], length: lists[kind].length };
  }
  /** The same contents again; handles of the original stand for the parts of the copy, too. */
  copy(): Contents {
    const populations = this.populations.map(({ population, refs }, index) => {
      const { name, shape, size } = population;
      const ref: PopulationRef = Object.freeze({ kind: "population", name, index, shape, size });
      return { population, refs: [ref, ...refs] };
    });
    const own = populations.flatMap(({ refs }) => refs.slice(0, 1));
    const networks = this.networks.map((network) =>
      Object.freeze({
        ...network,
        populations: Object.freeze(
          own.slice(network.first, network.first + network.populations.length),
        ),
      }),
    );
    const copy = new Contents();
    const { connections, inputs, outputs, warnings } = this;
    copy.append({ populations, connections, inputs, outputs, networks, warnings });
    return copy;
  }
}
