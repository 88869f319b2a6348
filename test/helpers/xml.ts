// Reads XML as strictly as the standard asks, as far as pictures need it: elements, attributes, text.
// Invariant: whatever is not well-formed throws, and so do comments, declarations and foreign entities.

/** An element; `text` is all that stands directly in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
/** Characters that XML 1.0 allows, without the control characters that it only discourages. */
const allowed = /^[\t\n\r\u{20}-\u{7e}\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

function decode(text: string): string {
  return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
    const code = /^#([0-9]+)$/.exec(name)?.[1];
    const letter = code === undefined ? entities[name] : String.fromCodePoint(Number(code));
    if (letter === undefined || !whole.endsWith(";") || !allowed.test(letter)) {
      throw new Error(`no entity: ${whole}`);
    }
    return letter;
  });
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  let rest = text;
  while (rest.trim() !== "") {
    const [whole, name, value] = /^\s+([A-Za-z][\w:-]*)="([^"<]*)"/.exec(rest) ?? [];
    if (whole === undefined || name! in attributes) throw new Error(`bad attributes: ${text}`);
    attributes[name!] = decode(value!);
    rest = rest.slice(whole.length);
  }
  return attributes;
}

/** The one element that a document consists of. */
export function parseXml(document: string): XmlElement {
  if (!allowed.test(document)) throw new Error("characters that XML does not allow");
  type Open = {
    name: string;
    attributes: Record<string, string>;
    children: XmlElement[];
    text: string;
  };
  const top: Open = { name: "", attributes: {}, children: [], text: "" };
  const stack = [top];
  // Attribute values may hold ">", but never "<".
  const parts = document.matchAll(
    /<(\/?)([A-Za-z][\w:-]*)((?:[^<>"]|"[^"<]*")*?)(\/?)>|([^<]+)|</g,
  );
  for (const [whole, end, name, attributes, isEmpty, text] of parts) {
    const open = stack.at(-1)!;
    if (text !== undefined) {
      if (text.includes("]]>")) throw new Error("]]> in text");
      open.text += decode(text);
    } else if (name === undefined) {
      throw new Error(`not an element at ${document.slice(0, 50)}: ${whole}`);
    } else if (end === "/") {
      if (open.name !== name || attributes!.trim() !== "")
        throw new Error(`</${name}> in ${open.name}`);
      stack.pop();
    } else {
      const element: Open = {
        name,
        attributes: readAttributes(attributes!),
        children: [],
        text: "",
      };
      open.children.push(element);
      if (isEmpty !== "/") stack.push(element);
    }
  }
  if (stack.length !== 1 || top.children.length !== 1 || top.text.trim() !== "") {
    throw new Error("not one element");
  }
  return top.children[0]!;
}

/** An element and all in it. */
export function allElements(element: XmlElement): XmlElement[] {
  return [element, ...element.children.flatMap(allElements)];
}
