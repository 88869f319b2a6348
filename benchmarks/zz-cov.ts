import { spikingNetwork, dt } from "../test/helpers/spiking-network.js";
import { refusedStates } from "../src/lower/accumulators.js";
const reasons = new Map<string, number>();
let lazy = 0, csrSum = 0, multi = 0, sets = 0;
for (let seed = 0; seed < 200; seed++) {
  const net = spikingNetwork(seed);
  const model = await net.compile({ dt, backend: "iterative", onWarning: () => {}, optimize: { accumulators: true } });
  const off = await net.compile({ dt, backend: "iterative", onWarning: () => {}, optimize: { accumulators: false } });
  for (const [, why] of refusedStates(off.program)) { const k = why.replace(/[a-z]+\d+/g, "op"); reasons.set(k, (reasons.get(k) ?? 0) + 1); }
  const { settle, ops } = model.program;
  if (settle) { lazy++; if (settle.length > 1) multi++; }
  if (ops.some((op) => op.kind === "gather" && op.layout.kind !== "diagonal" && op.reads.some((r) => r.array.includes("Sum")))) csrSum++;
  const d = await net.compile({ dt, backend: "iterative", onWarning: () => {} });
  if (d.program.settle) sets++;
}
console.log({ lazy, multi, csrSum, byRule: sets }, reasons);
