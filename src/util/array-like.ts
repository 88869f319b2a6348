// Arrays of every kind, recognised by their form: of this realm or another one, typed or not.

/** True for objects with elements and a length; false for texts. */
export function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "length" in value &&
    typeof value.length === "number"
  );
}
