// Puts functions of the user, a reduction and a stop into a Program of a network.

import { read, write } from "../../src/ir/build.js";
import type { ArraySpec, HostValue, Op, Program } from "../../src/ir/program.js";
import { verify } from "../../src/ir/verify.js";
import { renumberVersions } from "../../src/lower/support/rewire.js";
import type { HostFunction } from "../../src/runtime/backend.js";
import { Dice } from "./random-program.js";

/** Leaves values nearly as they are, by an amount that follows the step. */
const nudge: HostFunction = (step, inputs, outputs) => {
  const by = 1 - ((step % 5) + 1) / 1000;
  for (const [k, to] of outputs.entries()) {
    for (let i = 0; i < to.length; i++) to[i] = by * (inputs[k]?.[i] ?? to[i]!);
  }
};
export const hosts: ReadonlyMap<string, HostFunction> = new Map([["nudge", nudge]]);

const isRealState = ({ type, role, slots }: ArraySpec): boolean =>
  type === "real" && role === "state" && slots === undefined;

function hostOp(states: readonly ArraySpec[], dice: Dice, number: number): Op {
  const { name, length } = states[dice.below(states.length)]!;
  const offset = dice.below(length);
  const count = dice.below(length - offset) + 1;
  const slice: HostValue = { array: name, version: 0, offset, count };
  return {
    ...{ kind: "host", id: `host${number}`, phase: "outputs", name: "nudge" },
    ...{ reads: [slice], writes: [{ ...slice, version: 1 }] },
  };
}

/** The Program with some ops more, at any place of the step. */
export function addHosts(program: Program, seed: number): Program {
  const dice = new Dice(seed);
  const states = program.arrays.filter((spec) => isRealState(spec) && spec.length > 0);
  if (states.length === 0) return program;
  const ops = [...program.ops];
  const add = (op: Op): void => void ops.splice(dice.below(ops.length + 1), 0, op);
  for (let i = 0; i < 2; i++) add(hostOp(states, dice, 900_000 + i));
  const { name, length } = states[dice.below(states.length)]!;
  const largest = { name: "largest of all", type: "real", role: "state", length: 1 } as const;
  // It is read nowhere but by the stop, and so has to come before it.
  ops.push(
    {
      ...{ kind: "reduce", id: "reduce900002", phase: "outputs", fn: "max", count: length },
      from: read("r", `${name}@0`),
      write: write("r", `${largest.name}@1`, "one"),
    },
    {
      ...{ kind: "stop", id: "stop900003", phase: "outputs", reason: "not zero" },
      when: read("largest", `${largest.name}@1`, "one"),
    },
  );
  const made = renumberVersions({
    ...program,
    arrays: [...program.arrays, { ...largest, initial: 0, perCopy: true }],
    ops,
  });
  verify(made);
  return made;
}
