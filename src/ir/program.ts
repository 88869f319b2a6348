// The Program: what a network becomes and what every backend runs. Typed arrays plus an ordered
// list of a few kinds of op. Invariant: plain immutable data; nothing here knows what a neuron is.
// docs/design/program.md explains each kind with printed examples.

import type { Assignment } from "../expr/ast.js";
import type { Precision } from "../expr/portable.js";

export type { Precision };

/** `real` has the Program's precision; `int` is int32; `spikes` and `history` are lists, see below. */
export type ElementType = "real" | "int" | "spikes" | "history";

/**
 * `state` survives from step to step and is saved; `parameter` never changes; `tunable` may be
 * written between steps; `derived` is computed from parameters by the Program's `setup`;
 * `scratch` has no meaning before its first write of a step; `index` is connectivity.
 */
export type Role =
  "state" | "parameter" | "tunable" | "derived" | "input" | "output" | "scratch" | "index";

/** A number stands for an array filled with it. Large arrays are held once, by reference. */
export type Initial = number | Float64Array | Float32Array | Int32Array;

export interface ArraySpec {
  readonly name: string;
  readonly type: ElementType;
  readonly role: Role;
  /** Elements of one copy; for `spikes` the number of sources that can fire, for `history` of targets. */
  readonly length: number;
  /** Always float64 or int32 here, whatever the precision; an executable rounds when it loads. */
  readonly initial: Initial;
  /** In a batch: one array for each copy, or one for all. State, scratch, input and output are per copy. */
  readonly perCopy: boolean;
  /** A ring of this many past values (or spike lists): lag 0 is the newest. Absent: no ring. */
  readonly slots?: number;
  /** `spikes`: names of the values that travel with each spike. `history`: values kept for each event. */
  readonly payload?: readonly string[];
  /** `history`: how many events are kept for each target before they are settled. */
  readonly capacity?: number;
  readonly unit?: string;
  /** Where it came from, as a path in the user's network. */
  readonly origin?: string;
}

/** What the index of an operand runs over. `event` only inside an `edges` op that settles a history. */
export type Domain = "element" | "source" | "target" | "edge" | "spike" | "event" | "one";

/**
 * Binds a symbol of a body to elements of an array. For index i of its domain it reads
 * `array[offset + floor(i / repeat) % period]`; domain `one` always reads `array[offset]`; domain
 * `spike` reads the payload column `array` of the spike that is being delivered, `event` that of the
 * remembered event.
 */
export interface Operand {
  readonly symbol: string;
  readonly array: string;
  /** Number of writes to the array that are complete, in this step, when it is read. */
  readonly version: number;
  readonly at: Domain;
  readonly offset?: number;
  readonly repeat?: number;
  readonly period?: number;
  /** For rings: so many pushes ago, or the name of an int array giving it for each edge. */
  readonly lag?: number | string;
}

/** Stores a symbol of a body; `add` adds to what is there. Writes have neither repeat nor period. */
export interface Write {
  readonly symbol: string;
  readonly array: string;
  /** The version that this write makes: one more than the one before. */
  readonly version: number;
  readonly at: Domain;
  readonly offset?: number;
  readonly mode: "set" | "add";
}

/** A spike list, or the list in slot `lag` of a ring; `lag` may name an int array with one entry per edge. */
export interface SpikeRef {
  readonly array: string;
  readonly version: number;
  readonly lag?: number | string;
  /** First source of this op inside the list; the op sees sources offset .. offset + sources - 1. */
  readonly offset?: number;
}

/**
 * Who is connected to whom. Index arrays are int arrays with role `index`.
 * Sums run over the edges of a target in the order given here, starting from what is there (`add`) or 0.
 */
export type Layout =
  /** Every source to every target; edge = target * sources + source. */
  | { readonly kind: "dense"; readonly sources: number; readonly targets: number }
  /** Target i has the one source i; edge = i. */
  | { readonly kind: "diagonal"; readonly count: number }
  /** Target t sums edges t * size ... t * size + size - 1; source = edge. */
  | { readonly kind: "segments"; readonly targets: number; readonly size: number }
  /** `blocks` dense matrices on a diagonal; edge = (block * targets + target) * sources + source. */
  | {
      readonly kind: "block";
      readonly blocks: number;
      readonly sources: number;
      readonly targets: number;
    }
  /**
   * Compressed rows: row r owns positions start[r] ... start[r+1]-1; `other` is the other end at each
   * position; `edge` the edge number at each position (absent: the position itself).
   */
  | {
      readonly kind: "csr";
      readonly rows: "target" | "source";
      readonly sources: number;
      readonly targets: number;
      readonly edges: number;
      readonly start: string;
      readonly other: string;
      readonly edge?: string;
    }
  /**
   * Source and target lie on the same grid; target d reads source d + tap - centre of each kernel tap
   * (row-major, correlation, not flipped; outside the grid there is no edge); edge = tap number.
   */
  | {
      readonly kind: "stencil";
      readonly shape: readonly number[];
      readonly kernel: readonly number[];
    }
  /**
   * Correlation with strides and zero padding, channels last; edge = index into the kernel stored as
   * [spatial..., input channels / groups, filters]. `pad` is the padding before the first element.
   */
  | {
      readonly kind: "convolution";
      readonly input: readonly number[];
      readonly output: readonly number[];
      readonly kernel: readonly number[];
      readonly strides: readonly number[];
      readonly pad: readonly number[];
      readonly channels: number;
      readonly filters: number;
      readonly groups: number;
    }
  /** Every target gets the one sum over all sources; no edge values. */
  | { readonly kind: "uniform"; readonly sources: number; readonly targets: number };

interface OpBase {
  /** Unique, ends in a number: map3, gather0. */
  readonly id: string;
  /** Phase of the step convention that put it here; see docs/timestep.md. */
  readonly phase: string;
  readonly origin?: string;
  /** How many ops were merged into this one. */
  readonly merged?: number;
}

/**
 * Bodies are assignments in order. A symbol means its value so far; read symbols start with what
 * their operand reads. `step` (0-based), `t` [ms] and `dt` [ms] are always there.
 */
interface Body {
  readonly reads: readonly Operand[];
  readonly body: readonly Assignment[];
  readonly writes: readonly Write[];
}

/** Fused expressions for elements 0 .. count - 1; may append the elements where `when` holds to a spike list. */
export interface MapOp extends OpBase, Body {
  readonly kind: "map";
  readonly count: number;
  readonly emit?: Emit;
}
/** `payload` are symbols of the body, in the order of the list's payload columns. */
export interface Emit {
  readonly when: string;
  readonly list: string;
  readonly version: number;
  /** Added to the element number to give the source number in the list. */
  readonly offset?: number;
  /** False: the list is emptied first. True: appended to what an earlier op emitted in this step. */
  readonly append?: boolean;
  readonly payload?: readonly string[];
}
/** For each target, sums over its incoming edges; each write is one sum, at `target`. */
export interface GatherOp extends OpBase, Body {
  readonly kind: "gather";
  readonly layout: Layout;
}
/**
 * For each arriving spike (oldest first, then ascending source), for each outgoing edge in row order:
 * runs the body. Writes at `edge`, or at `target`; each edge sees what the edges before it wrote.
 */
export interface DeliverOp extends OpBase, Body {
  readonly kind: "deliver";
  readonly spikes: SpikeRef;
  readonly layout: Layout;
}
export type Trigger =
  /** All outgoing edges of each source (or all incoming edges of each target) in the list. */
  | { readonly on: "source" | "target"; readonly spikes: SpikeRef }
  /** All edges, in steps with step % steps == 0. */
  | { readonly on: "every"; readonly steps: number }
  /**
   * For each source in the list, for each outgoing edge: the body runs once for every event that the
   * target's history holds and that is younger than `since[edge]` (int state, step number), oldest
   * first, with symbol `age` = steps from the event to now; then since[edge] = step.
   */
  | {
      readonly on: "history";
      readonly spikes: SpikeRef;
      readonly history: string;
      readonly version: number;
      readonly since: string;
    };
/** Per-edge update. Writes at `edge` only. The order of ops is the order of coinciding spikes. */
export interface EdgesOp extends OpBase, Body {
  readonly kind: "edges";
  readonly trigger: Trigger;
  readonly layout: Layout;
}
/** Pushes the present value (or spike list) of `from` into the ring `into`. */
export interface RingOp extends OpBase {
  readonly kind: "ring";
  readonly from: { readonly array: string; readonly version: number };
  readonly into: { readonly array: string; readonly version: number };
}
/**
 * Appends an event (this step, the values read) to the history of each target in the list. A full
 * history is settled first: the body of edges op `settle` runs for all incoming edges of that target.
 */
export interface RememberOp extends OpBase {
  readonly kind: "remember";
  readonly spikes: SpikeRef;
  readonly history: string;
  readonly version: number;
  /** At `target`, in the order of the history's payload. */
  readonly values: readonly Operand[];
  readonly settle: string;
}
/**
 * Random numbers. `uniform` in (0, 1) and `normal` are addressed by (seed, stream, copy, element, step).
 * `skip` is the one-number-per-spike Poisson process: state `position` walks over elements; while it is
 * below count, element floor(position) fires and the body (symbol `u`, uniform in (0, 1)) gives symbol
 * `skip`, which is added; then count is subtracted. `draws` counts the numbers used.
 */
export type RandomOp = OpBase &
  (
    | {
        readonly kind: "random";
        readonly how: "uniform" | "normal";
        readonly stream: number;
        readonly count: number;
        readonly write: Write;
      }
    | {
        readonly kind: "random";
        readonly how: "skip";
        readonly stream: number;
        readonly count: number;
        readonly reads: readonly Operand[];
        readonly body: readonly Assignment[];
        readonly position: Write;
        readonly draws: Write;
        readonly emit: { readonly list: string; readonly version: number };
      }
  );
/** One value from many, in a fixed tree order: pairs of neighbours, again and again. `count` counts spikes. */
export interface ReduceOp extends OpBase {
  readonly kind: "reduce";
  readonly fn: "sum" | "mean" | "min" | "max" | "count";
  readonly from: Operand;
  readonly count: number;
  readonly write: Write;
}
/** Ends a run after this step when the value is not zero. */
export interface StopOp extends OpBase {
  readonly kind: "stop";
  readonly when: Operand;
  readonly reason: string;
}
/** Calls the function that the loader was given under this name: f(step, ...values read) fills the writes. */
export interface HostOp extends OpBase {
  readonly kind: "host";
  readonly name: string;
  readonly reads: readonly HostValue[];
  readonly writes: readonly HostValue[];
}
export interface HostValue {
  readonly array: string;
  readonly version: number;
  readonly offset: number;
  readonly count: number;
}
/** Copies into the output vector: piece by piece, at `position`. */
export interface IoOp extends OpBase {
  readonly kind: "io";
  readonly into: string;
  readonly version: number;
  readonly pieces: readonly (HostValue & { readonly position: number })[];
}
/** The place in the step where monitors sample. */
export interface RecordOp extends OpBase {
  readonly kind: "record";
}

export type Op =
  | MapOp
  | GatherOp
  | DeliverOp
  | EdgesOp
  | RingOp
  | RememberOp
  | RandomOp
  | ReduceOp
  | StopOp
  | HostOp
  | IoOp
  | RecordOp;
export type OpKind = Op["kind"];

interface NamedPlace {
  readonly array: string;
  readonly offset: number;
  readonly count: number;
  readonly shape: readonly number[];
  /** `constant`: folded into the ops; `values` then holds what it was. */
  readonly kind: "state" | "parameter" | "tunable" | "spikes" | "constant";
  readonly unit?: string;
  readonly values?: Initial;
  /** For edge values that are stored in another order than they are named: element i is at array[offset + order[i]]. */
  readonly order?: Int32Array;
  /** Where it stands among all names; absent in a list that is in order. */
  readonly rank?: number;
}

/** A value that users can name: a slice of an array, or the spikes of a slice of sources. */
export interface NamedValue extends NamedPlace {
  /** For example `leg/flexor.V` or `leg/synapse.maxConductance`. */
  readonly path: string;
}

/** What many have of one kind: element i is the value of member i, or the only element that of all. */
export interface NamedPool extends NamedPlace {
  readonly members: NamedMembers;
}

export type Named = NamedValue | NamedPool;

/** The value of member i is called `names[i].symbol`. */
export interface NamedMembers {
  readonly symbol: string;
  readonly names: readonly string[];
  /** Where each stands among all names. */
  readonly ranks: readonly number[];
  /** Absent: each is one number. */
  readonly shapes?: readonly (readonly number[])[];
}

export interface Port {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

export interface Program {
  readonly format: 1;
  readonly name: string;
  /** [ms] */
  readonly dt: number;
  readonly precision: Precision;
  /** Name of the step convention. */
  readonly order: string;
  readonly seed: number;
  /** Copies run side by side; 1 is no batch. */
  readonly batch: number;
  readonly arrays: readonly ArraySpec[];
  /** `map` ops from parameters to derived arrays, evaluated in float64 at load and after a write to a tunable. */
  readonly setup: readonly MapOp[];
  readonly ops: readonly Op[];
  /**
   * Brings states that the step keeps lazily up to date; absent where there are none. Runs between two
   * ops of a step or between two steps, for a look at those states or before a write; twice does what
   * once does. Bodies do not use `step` and `t`; versions count from 0.
   */
  readonly settle?: readonly (MapOp | EdgesOp)[];
  /**
   * Computes states that are a function of the others, such as the sums of lazily kept ones; runs at
   * load, after a write and after a reset, each time when everything is settled. Reads nothing of
   * what it writes, which has no names. The step keeps that up to date itself.
   */
  readonly rebuild?: readonly (MapOp | GatherOp)[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** `allNames` lists them one by one. */
  readonly names: readonly Named[];
}
