// The persistent sodium channel: the gated channel with the values of SNS-Toolbox, gate a being its
// m and gate b its h. Its documentation prints slopes of 1/2; its code uses 0.05, as here.

import { deriveDefaults } from "../define/derive.js";
import { gated } from "./gated.js";

/** Persistent sodium channel. */
export const persistentSodium = deriveDefaults("channels.persistentSodium", gated, {
  maxConductance: 1.0485070729908987,
  reversalPotential: 110,
  gateAPower: 1,
  gateASteepness: 1,
  gateASlope: 0.05,
  gateAMidpoint: 20,
  gateBPower: 1,
  gateBSteepness: 0.5,
  gateBSlope: -0.05,
  gateBMidpoint: 0,
  gateBTimeConstant: 300,
});
