// Text that is safe to show, wherever its parts come from. Invariant: what goes through these functions
// moves no cursor, changes no colour and turns no line around.

const unseen = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Shows control characters and marks of direction as escapes; line ends and blanks stay. */
export function visible(text: string): string {
  return text.replace(unseen, (character) =>
    character === "\n" ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/** The same on one line: line ends become escapes, too. */
export const visibleLine = (text: string): string => visible(text).replaceAll("\n", "\\u{a}");

/** A text as JSON, which also escapes what JSON would let through. */
export const visibleJson = (text: string): string =>
  JSON.stringify(text).replace(
    unseen,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
