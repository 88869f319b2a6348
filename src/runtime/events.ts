// Inputs given as a list of events: each adds its value to an input for one step or for a stretch.
// Invariant: the vector is summed afresh, in the order of the steps, whenever the set of events in
// force changes, so that an event leaves no rounding behind.

import type { Port } from "../ir/program.js";
import type { Values } from "./backend.js";
import { checkRecord, checkWhole, refuse, suggest } from "./checks.js";
import type { Fill, InputLayout, MakeVector } from "./vectors.js";

/** Adds `value` to inputs from `step` on, for `steps` steps. */
export interface InputEvent {
  /** Counted from the start of the run. */
  readonly step: number;
  /** Default 1. */
  readonly steps?: number;
  /** Name of an input; default: all of them. */
  readonly input?: string;
  /** Element of that input; default: all of them. */
  readonly index?: number;
  /** Copy of a batch; default: all of them. */
  readonly copy?: number;
  readonly value: number;
}

interface Placed {
  readonly start: number;
  readonly end: number;
  readonly value: number;
  readonly offset: number;
  readonly count: number;
  readonly firstCopy: number;
  readonly lastCopy: number;
}

const keys = ["step", "steps", "input", "index", "copy", "value"];

function portOf(where: string, name: unknown, layout: InputLayout): Omit<Port, "name"> {
  if (name === undefined) return { offset: 0, size: layout.size };
  const port = layout.ports.find((one) => one.name === name);
  if (port !== undefined) return port;
  const names = layout.ports.map((one) => one.name);
  refuse(`${where}.input`, "unknown-input", "there is no such input", {
    got: name,
    hint: suggest(String(name), names),
  });
}

function checkEvent(where: string, given: unknown, layout: InputLayout, steps: number): Placed {
  const event = checkRecord(where, given, keys);
  const start = checkWhole(`${where}.step`, event["step"], 0, Math.max(0, steps - 1));
  const length = event["steps"] === undefined ? 1 : checkWhole(`${where}.steps`, event["steps"], 1);
  const port = portOf(where, event["input"], layout);
  const { value, index, copy } = event;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    const allowed = "finite numbers";
    refuse(`${where}.value`, "not-a-number", "must be a finite number", { got: value, allowed });
  }
  if (port.size === 0) refuse(where, "no-input", "there is no input to put this on");
  const most = port.size - 1;
  const element = index === undefined ? 0 : checkWhole(`${where}.index`, index, 0, most);
  const chosen =
    copy === undefined ? undefined : checkWhole(`${where}.copy`, copy, 0, layout.copies - 1);
  return {
    start,
    end: start + length,
    value,
    offset: port.offset + element,
    count: index === undefined ? port.size : 1,
    firstCopy: chosen ?? 0,
    lastCopy: chosen ?? layout.copies - 1,
  };
}

function addInto(vector: Values, event: Placed, size: number): void {
  for (let copy = event.firstCopy; copy <= event.lastCopy; copy++) {
    const start = copy * size + event.offset;
    for (let i = start; i < start + event.count; i++) vector[i] = vector[i]! + event.value;
  }
}

/** Checks a list of events and plans how to fill the input vector from it. */
export function planEvents(
  given: unknown,
  layout: InputLayout,
  steps: number,
  make: MakeVector,
): Fill {
  const where = "run.input.events";
  if (!Array.isArray(given)) {
    const allowed = "an array of { step, input, index, value }";
    refuse(where, "wrong-kind", "must be an array", { got: given, allowed });
  }
  const events = given
    .map((one: unknown, i) => checkEvent(`${where}[${i}]`, one, layout, steps))
    .sort((a, b) => a.start - b.start);
  const vector = make(layout.size * layout.copies);
  let next = 0;
  let inForce: Placed[] = [];
  let changeAt = 0;
  const change = (index: number) => {
    inForce = inForce.filter((event) => event.end > index);
    while (next < events.length && events[next]!.start <= index) inForce.push(events[next++]!);
    vector.fill(0);
    for (const event of inForce) addInto(vector, event, layout.size);
    changeAt = next < events.length ? events[next]!.start : Infinity;
    for (const event of inForce) changeAt = Math.min(changeAt, event.end);
  };
  return (_step, x, index) => {
    if (index >= changeAt) change(index);
    x.set(vector);
  };
}
