// Deliveries whose cost follows from the spikes: sources that fired are listed, the targets that they
// reach are marked and listed, and only those sum, with a launch as large as the list. Invariant: lists
// and marks are filled by atomic operations on whole numbers, whose order decides nothing: a target sums
// alone and in the order of its edges.

import { expectedActivity } from "../../../src/ir/expected-activity.js";
import { sourcesOf, targetsOf, visitsOf } from "../../../src/ir/layout.js";
import type { DeliverOp, Layout } from "../../../src/ir/program.js";
import { elementGroup, groupsInRow, type Kernel, type Module } from "../module.js";
import type { Scene } from "../wgsl/site.js";
import { Text, whole } from "../wgsl/text.js";
import { Train } from "./train.js";

/** Beyond this part of the targets, most of what lists save is spent on making them. */
const mostTouched = 0.25;

type Listable = DeliverOp & {
  readonly layout: Extract<Layout, { kind: "csr" }>;
};

/**
 * Whether a delivery is worth lists: many edges, of which few are expected to have a spike, listed by
 * source, so that what a source reaches is at hand.
 */
export function canList(op: DeliverOp, module: Module): op is Listable {
  const { layout, spikes } = op;
  if (layout.kind !== "csr" || layout.rows !== "source") return false;
  if (typeof spikes.lag === "string" || module.lists === "never") return false;
  const visits = visitsOf(layout);
  if (sourcesOf(layout) === 0 || targetsOf(layout) === 0) return false;
  if (module.lists === "always") return true;
  const perTarget = visits / Math.max(1, targetsOf(layout));
  const isFew = expectedActivity(module.program) * perTarget <= mostTouched;
  return isFew && !module.fitsJoined(visits);
}

/** Where the lists of an op lie among the tallies. */
interface Lists {
  readonly fired: number;
  readonly touched: number;
  readonly bits: number;
  /** How many sources are listed, and behind it how many targets. */
  readonly counts: number;
}

const tally = (place: string): string => `&tally[${place}]`;
const load = (place: string): string => `atomicLoad(${tally(place)})`;

/** Lists the sources that fired. */
function listFired(op: Listable, module: Module, scene: Scene, { counts, fired }: Lists): Kernel[] {
  const sources = sourcesOf(op.layout);
  return module.elements("list", sources, scene, (site, i) => {
    const { text } = site;
    new Train(site, op.spikes).whereFired(i, () => {
      const n = text.let(`atomicAdd(${tally(whole(counts))}, 1u)`, "n");
      const code = `${site.copy} * ${whole(sources)} + ${i}`;
      text.line(`atomicStore(${tally(`${whole(fired)} + ${n}`)}, ${code});`);
    });
  });
}

/** Marks and lists the targets of each listed source: a workgroup for each source. */
function writeMarking({ layout }: Listable, module: Module, lists: Lists): Text {
  const { start, other } = module.rows(layout, "source")!;
  const text = new Text();
  text.line(`let n = id.x + id.y * ${whole(groupsInRow)};`);
  text.block(`if (n < ${load(whole(lists.counts))})`, () => {
    const code = text.let(load(`${whole(lists.fired)} + n`), "code");
    const copy = text.let(`${code} / ${whole(sourcesOf(layout))}`, "copy");
    const row = text.let(`${code} % ${whole(sourcesOf(layout))}`, "row");
    const first = text.let(`u32(indexes[${whole(start)} + ${row}])`, "first");
    const end = text.let(`u32(indexes[${whole(start + 1)} + ${row}])`, "end");
    const range = `var p = ${first} + lane; p < ${end}; p += ${whole(elementGroup)}`;
    text.block(`for (${range})`, () => {
      const target = `u32(indexes[${whole(other)} + p])`;
      const at = text.let(`${copy} * ${whole(targetsOf(layout))} + ${target}`, "at");
      const bit = text.let(`1u << (${at} & 31u)`, "bit");
      const word = tally(`${whole(lists.bits)} + ${at} / 32u`);
      text.block(`if ((atomicOr(${word}, ${bit}) & ${bit}) == 0u)`, () => {
        const m = text.let(`atomicAdd(${tally(whole(lists.counts + 1))}, 1u)`, "m");
        text.line(`atomicStore(${tally(`${whole(lists.touched)} + ${m}`)}, ${at});`);
      });
    });
  });
  return text;
}

/** Runs a kernel for each listed target, and takes its mark away. */
function writeDelivery({ layout }: Listable, body: string, lists: Lists): Text {
  const targets = whole(targetsOf(layout));
  const text = new Text();
  text.line("now = current;");
  text.line(`let n = id.x + id.y * ${whole(groupsInRow * elementGroup)};`);
  text.block(`if (n < ${load(whole(lists.counts + 1))})`, () => {
    const at = text.let(load(`${whole(lists.touched)} + n`), "at");
    const word = tally(`${whole(lists.bits)} + ${at} / 32u`);
    text.line(`atomicAnd(${word}, ~(1u << (${at} & 31u)));`);
    text.line(`${body}(${at} % ${targets}, ${at} / ${targets});`);
  });
  return text;
}

/** The kernels of a delivery whose targets one kernel sums, one thread each. */
export function throughLists(
  op: Listable,
  module: Module,
  scene: Scene,
  kernels: readonly Kernel[],
): Kernel[] {
  const { batch } = module.program;
  const [sources, targets] = [batch * sourcesOf(op.layout), batch * targetsOf(op.layout)];
  return kernels.flatMap((kernel) => {
    const lists: Lists = {
      counts: module.reserveTally(2),
      bits: module.reserveTally(Math.ceil(targets / 32)),
      fired: module.reserveTally(sources),
      touched: module.reserveTally(targets),
    };
    const list = listFired(op, module, scene, lists);
    const lane = "@builtin(local_invocation_index) lane: u32";
    const group = ["@builtin(workgroup_id) id: vec3u", lane];
    const thread = ["@builtin(global_invocation_id) id: vec3u"];
    const mark = module.sized("mark", group, writeMarking(op, module, lists));
    const deliver = module.sized("touched", thread, writeDelivery(op, kernel.body, lists));
    // The counts are emptied where they are not needed any more, or not yet.
    const { counts } = lists;
    const ofFired = module.sizing(mark, { from: counts, each: 1, clear: counts + 1 });
    const ofTouched = module.sizing(deliver, {
      from: counts + 1,
      each: elementGroup,
      clear: counts,
    });
    const launches = [ofFired, mark, ofTouched, deliver];
    return [
      ...list.map((one) => ({ ...one, launch: module.single(one) })),
      ...launches.map((launch) => ({ ...kernel, launch })),
    ];
  });
}
