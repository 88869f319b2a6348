// The version of this package, where no package.json can be read. Invariant: the same as there, which a
// test checks.

export const libraryVersion = "0.1.0";
