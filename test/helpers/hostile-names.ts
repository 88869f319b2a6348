// @table
// Names that somebody might give who wants to break something, or who does not know better: each piece
// at several places of a name. Invariant: always the same names, all different.

/** Pieces that may stand in a name; none has "/" in it. */
const pieces: readonly string[] = [
  // Quotes, and what ends or begins text in code.
  ...['"', "'", "`", '""', "''", '\\"', "\\'", `"'\``, "\\", "\\\\", "“”", "«»"],
  ...["*", "#", ";", "{", "}", "(", ")", "=>"],
  ...["${process.exit(1)}", "$(reboot)", "`id`", "{{x}}", "#{x}", "<%= x %>", "%{x}", "${", "$&"],
  ...["$1", "$`", "$'", "$$", "; process.exit(1);", '");process.exit(1);("', "');--", "alert(1)"],
  // Markup.
  ...["<script>", "<", ">", "&", "&amp;", "&lt;", "&#0;", "&#x41;", "&no;", "<!--", "-->"],
  ...["<![CDATA[", "]]>", "<?xml?>", '<!DOCTYPE x [<!ENTITY a "b">]>', "<svg onload=alert(1)>"],
  ...['" onload="alert(1)', "javascript:alert(1)", "<b", "\\textbf{x}", "\\end{aligned}", "$$x$$"],
  ...["|", "```", "[x](javascript:1)", "![x](y)", "# x", "- x", "1. x", "~~~", "***", "__x__"],
  // Words of languages, and of objects.
  ...[
    "return",
    "class",
    "await",
    "null",
    "true",
    "function",
    "var",
    "this",
    "new",
    "delete",
    "eval",
  ],
  ...["import", "arguments", "async", "yield", "undefined", "fn", "struct", "f32", "vec4", "loop"],
  ...[
    "toString",
    "valueOf",
    "hasOwnProperty",
    "isPrototypeOf",
    "__defineGetter__",
    "then",
    "toJSON",
  ],
  ...["length", "name", "caller", "Symbol.iterator", "get", "set", "__proto__ ", "Constructor"],
  // Numbers and units.
  ...[
    "0",
    "00",
    "1",
    "-0",
    "+1",
    "1e3",
    "1e999",
    "0x10",
    "0b1",
    ".5",
    "5.",
    "1_0",
    "NaN",
    "Infinity",
  ],
  ...[
    "5 mV",
    "20 pA",
    "ms",
    "mV",
    "uS^2",
    "dV = V",
    "V += 1",
    "exp(V)",
    "inf",
    "prev(V)",
    "dt",
    "t",
  ],
  // Places in data.
  ...[
    "~0",
    "~1",
    "$",
    "$.populations[0]",
    '$["x"]',
    "[0]",
    "[",
    "]",
    "[-1]",
    ".",
    "..",
    "...",
    "V",
  ],
  ...[
    ".V",
    "spikes",
    ".spikes",
    "$ref",
    "**",
    "?",
    "@",
    "series",
    "events",
    "step",
    "input",
    "value",
  ],
  // Places in file systems, flags, tables, shells, formats.
  ...[
    "..\\..\\x",
    "C:\\x",
    "CON",
    "NUL",
    "~",
    ".git",
    "%00",
    "%2e%2e",
    "\\u0000",
    "\\n",
    "\\x1b[31m",
  ],
  ...["-", "--", "--out", "--json", "-h", "--help", "--record=x", "@file", "=", "a=1", "=1+1", "+"],
  ...[
    ",",
    ",,",
    "a,b",
    '"a,b"',
    ";",
    "@SUM(1)",
    "=cmd|' -C calc'!A0",
    "step,time [ms]",
    "time [ms]",
  ],
  ...[
    "$HOME",
    "; rm -rf .",
    "| cat",
    "&& x",
    "> out",
    "!x",
    "%s%n%d",
    "'; DROP TABLE x; --",
    "1=1",
  ],
  // Letters that are not what they seem.
  ...["\u202eabc", "\u202d", "\u2066", "\u2067x\u2069", "\u200e", "\u200f", "\u061c", "\u202c"],
  ...["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u180e", "\ufe0f"],
  ...["e\u0301", "\u00e9", "e\u0301\u0327", "\u0301", "Z\u0351\u036b\u0343\u036a\u0302", "\ufb00"],
  ...["\u0130", "\u0131", "\u00df", "\u017f", "\u212a", "\uff1cscript\uff1e", "\uff0f", "\u2215"],
  ...["🧠", "🧠🧠", "👩‍👩‍👧", "🇩🇪", "\u{e0041}", "\ue000", "\ufffe", "\uffff", "\u{1ffff}", "\ufffd"],
  ...[
    "\u{10ffff}",
    "שלום",
    "مرحبا",
    "١٢",
    "中文",
    "\u00a0",
    "\u3000",
    "\u2003",
    "\u1680",
    " ",
    "  ",
  ],
];

/** Where a piece stands. The letters around it keep apart what would mean another name's element. */
const places: readonly ((piece: string, i: number) => string)[] = [
  (piece) => piece,
  (piece, i) => `p${i}${piece}`,
  (piece, i) => `${piece}q${i}`,
  (piece, i) => `r${i}${piece}${piece}s`,
];

const longestName = 999;
const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)];

/** Names that a network takes. */
export const hostileNames: readonly string[] = distinct([
  ...distinct(pieces).flatMap((piece, i) => places.map((place) => place(piece, i))),
  ...["n", "🧠", "\u0301", "\u202e", "<", "&", '"', "\\", "%"].map((piece) =>
    piece.repeat(Math.floor((longestName - 1) / piece.length)),
  ),
]);

/** Names with "/", which only parts of added networks have: in documents they are accepted. */
export const hostilePaths: readonly string[] = [
  ...["*/ alert(1) /*", "*/;process.exit(1)/ /*", "</script><script>alert(1)</script>", "</svg>"],
  ...[
    "</text></svg>",
    "../../etc/passwd",
    "..\\/..",
    "./x",
    "~/.ssh",
    "C:/x",
    "file:/x",
    "http:/x",
  ],
  ...[
    "a/b.V",
    "a/0",
    "0/0",
    "1/ms",
    "dV/dt = V",
    "a/toString",
    "</title>",
    "]]></x>",
    "~1/~0",
    "#/x",
  ],
  ...["\u202e/x", "🧠/🧠", "-/-", "--out/x", "=1/2", '"/"', "'/'", "`/`", "a/b/c/d/e/f", "$/$"],
];

const control = Array.from({ length: 0xa0 }, (_, i) => String.fromCharCode(i)).filter((letter) =>
  /\p{Cc}/u.test(letter),
);
const halves = ["\ud800", "\udbff", "\udc00", "\udfff", "\udc00\ud800", "\ud83e"];

/** Names that nothing takes. */
export const refusedNames: readonly string[] = distinct([
  ...[...control, ...halves, "\u2028", "\u2029", "\r\n"].flatMap((letter) => [
    letter,
    `a${letter}`,
    `${letter}b`,
    `a${letter}b`,
  ]),
  ...["\u001b[2J", "\u001b]0;x\u0007", "\u001b[31mred\u001b[0m", "\u009b2J", "\u001b]8;;x\u001b\\"],
  ...["a\nerror: forged", "a\r\u001b[Kforged", "a\tb", "*\u2028alert(1)", "\n*\\\nalert(1)\n"],
  ...["__proto__", "constructor", "prototype", ""],
  ...["m".repeat(10_001), "m".repeat(2 ** 20), "\u0000".repeat(2 ** 20), "🧠".repeat(2 ** 19)],
]);

/** What must never be shown as it is: it moves cursors, changes colours or turns lines around. */
export const unseen =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
