// Bytes as text, in a page. Invariant: what Buffer in Node reads as base64.

/** Bytes as base64, a piece at a time: a call has only so many arguments. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text);
}
