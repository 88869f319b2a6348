// The oddities of SNS-Toolbox 1.5.2 that a network can ask for, one by one or all together.
// Invariant: every entry is off by default, and on for `compat: "sns-toolbox"`.

/** What each oddity does when it is on. */
export const quirkDocs = {
  timeFactorG:
    "The whole membrane equation is multiplied by the membrane conductance G, so the leak time constant is C/G^2.",
  gateInitialSign:
    "Gates start at 1/(1 + k exp(slope (V - E))), with the sign opposite to the one used while running.",
  dividedConductance:
    "A population-to-population synapse divides its maximum conductance by the size of the source population.",
  undividedIncrement:
    "Where the conductance is divided by the source size, the conductance increment of spiking synapses is not.",
  overwriteSamePair:
    "A later connection of the same kind between the same two neurons replaces the earlier one.",
  sharedReversalPotential:
    "Spiking and non-spiking synapses between the same two neurons share the reversal potential given last.",
  resetKeepsSynapses: "reset() leaves synaptic conductances and delay lines as they are.",
  dropInitialValues: "Adding a network to another one sets its initial values back to rest.",
  dropConnectionNames:
    "Adding a network to another one gives its connections back the names of their types.",
  flatNames: "Names inside an added network do not become paths; only the suffix tells them apart.",
  singleTapAllToAll: "A pattern with a 1 x 1 kernel connects every source to every target.",
  duplicatedChannels:
    "A neuron with one channel, in a network where another one has K, gets its channel K times.",
  negativeInputIndex: "addInput accepts negative indices, which count from the end.",
  snsOrder: "The step order of SNS-Toolbox (`sns` in docs/timestep.md) is the default.",
} as const;

export type QuirkName = keyof typeof quirkDocs;
/** The names of all oddities, in a fixed order. */
export const quirkNames = Object.keys(quirkDocs) as readonly QuirkName[];

/** All oddities of a system, or each one by name. */
export type Compat = "sns-toolbox" | Partial<Readonly<Record<QuirkName, boolean>>>;
