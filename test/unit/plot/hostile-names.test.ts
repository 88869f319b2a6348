// Names of any kind in pictures: the picture stays well-formed, shows the name and nothing else, and
// draws what it draws with a plain name.

import { ValidationError } from "../../../src/errors.js";
import { plotRaster } from "../../../src/plot/raster.js";
import { plotTraces } from "../../../src/plot/traces.js";
import { hostileNames, hostilePaths, refusedNames } from "../../helpers/hostile-names.js";
import { allElements, parseXml } from "../../helpers/xml.js";
import type { XmlElement } from "../../helpers/xml.js";

const all = [...hostileNames, ...hostilePaths, ...refusedNames];
const time = [0, 1, 2, 3];
const traces = (name: string): string =>
  plotTraces({ title: name, time, label: name, traces: [{ name, values: [0, 1, 0, 2] }] });
const raster = (name: string): string =>
  plotRaster({
    title: name,
    groups: [{ name, size: 3, color: name }],
    spikes: { time, index: [0, 1, 2, 0] },
  });

/** What pictures may consist of. */
const known: Readonly<Record<string, readonly string[]>> = {
  svg: ["xmlns", "viewBox", "font-family", "font-size"],
  title: [],
  rect: ["width", "height", "fill"],
  text: ["x", "y", "font-size", "text-anchor", "dominant-baseline", "transform", "fill"],
  path: ["d", "stroke", "stroke-width", "fill"],
  polyline: ["points", "fill", "stroke", "stroke-width"],
};

/** A name as pictures show it: what XML cannot hold is a blank, and long names end in dots. */
function shown(name: string): string {
  const cut = name.length > 200 ? `${name.slice(0, 200)}...` : name;
  return cut.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/gu, " ");
}

/** Everything but text; one of the colours is the name. */
const drawn = (picture: XmlElement) =>
  allElements(picture)
    .filter(({ name }) => name !== "title")
    .map(({ name, attributes: { stroke: _stroke, ...rest } }) => [name, rest]);

describe.each([
  ["traces", traces, 4],
  ["a raster", raster, 2],
] as const)("a picture of %s", (_what, plot, times) => {
  const plain = JSON.stringify(drawn(parseXml(plot("plain"))));

  test("consists of little", () => {
    for (const { name, attributes } of allElements(parseXml(plot("plain")))) {
      expect(known[name]).toEqual(expect.arrayContaining(Object.keys(attributes)));
    }
  });

  test("stands every name", () => {
    const wrong = all.filter((name) => {
      const picture = parseXml(plot(name));
      const texts = allElements(picture).filter(({ text }) => text === shown(name));
      const isShown = texts.length >= (name === "" ? 0 : times);
      return !isShown || JSON.stringify(drawn(picture)) !== plain;
    });
    expect(wrong).toEqual([]);
  });
});

test("the reader of pictures refuses what is not well-formed", () => {
  for (const text of [
    ...["<a>", "</a>", "<a></b>", "<a/><b/>", "<a>&</a>", "<a>&no;</a>", "<a>&amp</a>", "<a b=c/>"],
    ...["<a b='c'/>", '<a b="<"/>', '<a b="1" b="2"/>', "<a><</a>", "<a>]]></a>", "<!-- x --><a/>"],
    ...["<a>\u0000</a>", "<a>\ufffe</a>", "<a>\ud800</a>", "<a>&#0;</a>", "x<a/>", "", '<a"b"/>'],
  ]) {
    expect(() => parseXml(text)).toThrow();
  }
  expect(parseXml('<a b="&lt;>"><c/>x&amp;&#39;</a>')).toEqual({
    name: "a",
    attributes: { b: "<>" },
    children: [{ name: "c", attributes: {}, children: [], text: "" }],
    text: "x&'",
  });
});

test("errors name the trace or group harmlessly", () => {
  for (const name of all) {
    for (const act of [
      () => plotTraces({ title: "", time, label: "", traces: [{ name, values: [0] }] }),
      () => plotRaster({ title: "", groups: [{ name, size: -1 }], spikes: [] }),
    ]) {
      try {
        act();
      } catch (error) {
        expect(error).toBeInstanceOf(ValidationError);
        expect((error as Error).message.length).toBeLessThan(3000);
        continue;
      }
      throw new Error("was not refused");
    }
  }
});
