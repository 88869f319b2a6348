// Maps: the body over whole arrays at once, and the elements that fire as marks.

import type { Emit, MapOp } from "../../../src/ir/program.js";
import { keyOf, shapeOf, specOf, valueOf, type Context } from "../context.js";
import { elementSpace } from "../places/space.js";
import { replaceRun, spread, store } from "../places/store.js";
import type { Scope } from "../tensors/expressions.js";
import { evaluate } from "./body.js";

/** Marks the sources that fire, and keeps what travels with their spikes. */
function emit(context: Context, { count }: MapOp, list: Emit, scope: Scope): void {
  const { t, values, program } = context;
  const spec = specOf(context, list.list);
  const shape = shapeOf(program, spec);
  const { offset = 0, append = false } = list;
  const marks = t.toTruth(scope.get(list.when)!);
  const none = t.expand(t.graph.scalar("bool", 0), shape);
  const before = append ? valueOf(context, list.list) : none;
  const fired = t.expand(spread(t, marks, [count]), [shape[0]!, count]);
  values.set(keyOf(list.list), replaceRun(t, before, offset, fired));
  list.payload?.forEach((symbol, i) => {
    const column = spec.payload![i]!;
    // What did not fire carries 0, so that nothing odd is kept.
    const sent = t.select(marks, t.toReal(scope.get(symbol)!), t.number(0));
    const next = replaceRun(
      t,
      valueOf(context, list.list, column),
      offset,
      spread(t, sent, [count]),
    );
    values.set(keyOf(list.list, column), next);
  });
}

/** Runs the body for all elements. */
export function emitMap(op: MapOp, context: Context): void {
  if (op.count === 0) return;
  const { t } = context;
  const space = elementSpace(op.count);
  const scope = evaluate(context, space, op);
  for (const write of op.writes) {
    store(context, write, spread(t, t.toReal(scope.get(write.symbol)!), [op.count]));
  }
  if (op.emit !== undefined) emit(context, op, op.emit, scope);
}
