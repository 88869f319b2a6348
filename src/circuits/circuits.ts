// The ready networks as one record, for any kind of network that they are to be.

import { NetworkBase } from "../network/network.js";
import { buildAddition } from "./addition.js";
import type { AdditionOptions } from "./addition.js";
import type { MakeNetwork } from "./circuit.js";
import { buildDifferentiation } from "./differentiation.js";
import type { DifferentiationOptions } from "./differentiation.js";
import { buildDivision } from "./division.js";
import type { DivisionOptions } from "./division.js";
import { buildIntegration } from "./integration.js";
import type { IntegrationOptions } from "./integration.js";
import { buildMultiplication } from "./multiplication.js";
import type { MultiplicationOptions } from "./multiplication.js";

/** Functions that each give a new network, to be used alone or added to another one. */
export interface Circuits<N extends NetworkBase> {
  /** A weighted sum of sources. */
  readonly addition: (options: AdditionOptions) => N;
  /** A product of two sources. */
  readonly multiplication: (options?: MultiplicationOptions) => N;
  /** A source divided by another one. */
  readonly division: (options: DivisionOptions) => N;
  /** The slope of a signal. */
  readonly differentiation: (options?: DifferentiationOptions) => N;
  /** The integral of a current. */
  readonly integration: (options?: IntegrationOptions) => N;
}

/** The circuits as networks that `make` begins. */
export function makeCircuits<N extends NetworkBase>(make: MakeNetwork<N>): Circuits<N> {
  return Object.freeze({
    addition: (options: AdditionOptions) => buildAddition(make, options),
    multiplication: (options?: MultiplicationOptions) => buildMultiplication(make, options),
    division: (options: DivisionOptions) => buildDivision(make, options),
    differentiation: (options?: DifferentiationOptions) => buildDifferentiation(make, options),
    integration: (options?: IntegrationOptions) => buildIntegration(make, options),
  });
}

/** The circuits as plain networks, which can be added to any other. */
export const circuits = makeCircuits((options) => new NetworkBase(options));
