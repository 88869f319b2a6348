// Cases of the conformance suite that this backend refuses: none.

/** A case, the code of the refusal, and why. */
export const unsupported: readonly {
  readonly case: string;
  readonly code: string;
  readonly reason: string;
}[] = [];
