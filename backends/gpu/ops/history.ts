// Remembered events of targets: appending them, applying them when a source fires, and settling them.
// Invariant: an event is applied to an edge once, in the order in which events happened; `since` of an
// edge stays the step of its last source spike, also when its target is settled.

import type { EdgesOp, Program, RememberOp } from "../../../src/ir/program.js";
import type { Kernel, Module } from "../module.js";
import { plus, type Scene, type Site } from "../wgsl/site.js";
import { whole } from "../wgsl/text.js";
import { writeEvaluation, writeStores } from "./body.js";
import { listedBy, nameSlots, overRows, rowsOf, walkRow } from "./edges.js";
import { overLags, Train } from "./train.js";

type HistoryTrigger = Extract<EdgesOp["trigger"], { on: "history" }>;
export type HistoryEdges = EdgesOp & { readonly trigger: HistoryTrigger };

export const isHistoryEdges = (op: Program["ops"][number]): op is HistoryEdges =>
  op.kind === "edges" && op.trigger.on === "history";

/** The row of a target in a history. */
function rowIn(site: Site, history: string, target: string): string {
  const place = site.scene.places.history(history);
  return site.text.let(site.within(place, "", target), "row");
}

/** Runs the body for the pending events of the edge that the site is at. */
function applyPending(site: Site, op: HistoryEdges): void {
  const { text, scene } = site;
  const { trigger } = op;
  const place = scene.places.history(trigger.history);
  const since = scene.places.values(trigger.since);
  const row = rowIn(site, trigger.history, site.index("target"));
  const last = text.let(`ints[${site.address(since, site.index("edge"))}]`, "last");
  const count = text.let(`u32(ints[${plus(row, place.counts)}])`, "count");
  const first = text.let(`${row} * ${whole(place.capacity)}`, "first");
  const event = text.name("event");
  const range = `var ${event} = ${first}; ${event} < ${first} + ${count}; ${event}++`;
  text.block(`for (${range})`, () => {
    const then = text.let(`ints[${plus(event, place.steps)}]`, "then");
    // Where the op comes before those that remember, events of the step of a source spike are
    // younger than it, else older.
    text.block(`if (${then} ${trigger.version > 0 ? ">" : ">="} ${last})`, () => {
      const age = text.let(`f32(i32(now.step_low) - ${then})`, "age");
      const before = site.columns;
      const names = place.spec.payload ?? [];
      site.columns = new Map(names.map((name, i) => [name, place.columns[i]!]));
      site.indices = { ...site.indices, event };
      writeStores(site, op.writes, writeEvaluation(site, op, new Map([["age", age]])));
      site.columns = before;
    });
  });
}

/** Applies remembered events to the outgoing edges of each source that fired. */
export function emitHistory(op: HistoryEdges, module: Module, scene: Scene): Kernel[] {
  const { layout, trigger } = op;
  const since = scene.places.values(trigger.since);
  const isSerial = module.sharesEdges(layout);
  const reach = (site: Site): void => {
    applyPending(site, op);
    const word = `ints[${site.address(since, site.index("edge"))}]`;
    site.text.line(`${word} = i32(now.step_low);`);
  };
  const rows = rowsOf(layout, "source");
  const visit = (site: Site, train: Train, row: string, onlyLag?: string): void => {
    walkRow(module, site, layout, { by: "source", row }, () => {
      train.whereFired(row, () => reach(site), onlyLag);
    });
  };
  if (!isSerial) {
    const parallel = { kind: "history", layout, by: "source", isSerial } as const;
    return overRows(module, scene, parallel, (site, row) => {
      nameSlots(site, op.reads);
      visit(site, new Train(site, trigger.spikes), row);
    });
  }
  return module.elements("history", Math.min(rows, 1), scene, (site) => {
    nameSlots(site, op.reads);
    const train = new Train(site, trigger.spikes);
    overLags(site, train, true, (onlyLag) => {
      site.text.block(`for (var row = 0u; row < ${whole(rows)}; row++)`, () => {
        visit(site, train, "row", onlyLag);
      });
    });
  });
}

/** Applies all pending events to all edges; what is pending stays as it is. */
export function emitSettling(op: HistoryEdges, module: Module, scene: Scene): Kernel[] {
  const { layout } = op;
  const isSerial = module.sharesEdges(layout);
  const by = isSerial ? "target" : listedBy(layout);
  const rows = { kind: "settle", layout, by, isSerial };
  return overRows(module, scene, rows, (site, row) => {
    nameSlots(site, op.reads);
    walkRow(module, site, layout, { by, row }, () => applyPending(site, op));
  });
}

/** Forgets what is pending. */
export function emitForgetting(op: HistoryEdges, module: Module, scene: Scene): Kernel[] {
  const place = scene.places.history(op.trigger.history);
  return module.elements("forget", place.length, scene, (site, i) => {
    site.text.line(`ints[${plus(site.within(place, "", i), place.counts)}] = 0;`);
  });
}

/** Appends an event for each target that fired; a full history is settled and emptied first. */
export function emitRemember(op: RememberOp, module: Module, scene: Scene): Kernel[] {
  const place = scene.places.history(op.history);
  const settling = module.program.ops.find((one) => one.id === op.settle) as HistoryEdges;
  const { layout } = settling;
  const isSerial = module.sharesEdges(layout);
  const rows = { kind: "remember", layout, by: "target", isSerial } as const;
  const reads = [...op.values, ...settling.reads];
  return overRows(module, scene, rows, (site, target) => {
    const { text } = site;
    site.indices = { target };
    nameSlots(site, reads);
    const train = new Train(site, op.spikes);
    train.whereFired(target, () => {
      const row = rowIn(site, op.history, target);
      const counter = `ints[${plus(row, place.counts)}]`;
      text.block(`if (${counter} == ${place.capacity})`, () => {
        walkRow(module, site, layout, { by: "target", row: target }, () =>
          applyPending(site, settling),
        );
        text.line(`${counter} = 0;`);
      });
      site.indices = { target };
      const event = text.let(`${row} * ${whole(place.capacity)} + u32(${counter})`, "event");
      text.line(`${counter} += 1;`);
      text.line(`ints[${plus(event, place.steps)}] = i32(now.step_low);`);
      op.values.forEach((value, i) => {
        text.line(`reals[${plus(event, place.columns[i]!)}] = ${site.load(value)};`);
      });
    });
  });
}
