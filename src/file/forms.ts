// Readers of plain data: each takes something that JSON.parse() made and gives a value of one type, or
// refuses it with the place where it is. Invariant: unknown keys, missing ones, wrong types and deep
// nesting are refused; no key becomes a property that was not asked for.

import type { Section } from "./container.js";
import { refuseFile } from "./container.js";

/** Where a value is, and the arrays that it may name. */
export interface Place {
  readonly path: string;
  readonly depth: number;
  readonly sections: readonly Section[];
}

export type Form<T> = (value: unknown, at: Place) => T;

/** Expressions are the only thing that nests without end. */
const deepest = 1000;

export function refuseForm(at: Place, problem: string, got?: unknown): never {
  const value = typeof got === "object" && got !== null ? undefined : got;
  refuseFile("broken-model", problem, {
    where: `file: ${at.path}`,
    ...(value !== undefined && { got: value }),
  });
}

function inside(at: Place, key: string | number): Place {
  if (at.depth >= deepest) refuseForm(at, "is nested too deeply");
  const path = typeof key === "number" ? `${at.path}[${key}]` : `${at.path}.${key}`;
  return { ...at, path, depth: at.depth + 1 };
}

export const text: Form<string> = (value, at) =>
  typeof value === "string" ? value : refuseForm(at, "must be a text", value);

export const truth: Form<boolean> = (value, at) =>
  typeof value === "boolean" ? value : refuseForm(at, "must be true or false", value);

export const whole: Form<number> = (value, at) =>
  Number.isSafeInteger(value) && !Object.is(value, -0)
    ? (value as number)
    : refuseForm(at, "must be a whole number", value);

/** Numbers that JSON cannot say are texts. */
const unusual: ReadonlyMap<unknown, number> = new Map([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["-0", -0],
]);

export const number: Form<number> = (value, at) => {
  if (typeof value === "number") return value;
  return unusual.get(value) ?? refuseForm(at, "must be a number", value);
};

export const word =
  <const W extends string>(...words: readonly W[]): Form<W> =>
  (value, at) =>
    words.includes(value as W) ? (value as W) : refuseForm(at, "is not a known word", value);

export const list =
  <T>(form: Form<T>): Form<T[]> =>
  (value, at) =>
    Array.isArray(value)
      ? value.map((each, i) => form(each, inside(at, i)))
      : refuseForm(at, "must be a list");

export const either =
  <A, B>(isFirst: (value: unknown) => boolean, a: Form<A>, b: Form<B>): Form<A | B> =>
  (value, at) =>
    isFirst(value) ? a(value, at) : b(value, at);

/** The array with the number that the value tells. */
export const section =
  <S extends Section>(...types: readonly (new (length: number) => S)[]): Form<S> =>
  (value, at) => {
    const found = at.sections[whole(value, at)];
    if (types.some((type) => found instanceof type)) return found as S;
    refuseForm(at, "names an array that is not there, or one of another type", value);
  };

type Optional<T> = { readonly optional: Form<T> };
/** A key that may be absent. */
export const maybe = <T>(form: Form<T>): Optional<T> => ({ optional: form });

type Fields = Readonly<Record<string, Form<unknown> | Optional<unknown>>>;
type Required<F extends Fields> = {
  [K in keyof F as F[K] extends Form<unknown> ? K : never]: F[K] extends Form<infer T> ? T : never;
};
type Others<F extends Fields> = {
  [K in keyof F as F[K] extends Form<unknown> ? never : K]?: F[K] extends Optional<infer T>
    ? T
    : never;
};
export type Read<F extends Fields> = Required<F> & Others<F>;

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object with these keys and no others. */
export const record =
  <const F extends Fields>(fields: F): Form<Read<F>> =>
  (value, at) => {
    if (!isPlain(value)) refuseForm(at, "must be an object");
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(fields, key)) refuseForm(at, "has a key that is not known", key);
    }
    const entries: [string, unknown][] = [];
    for (const [key, field] of Object.entries(fields)) {
      const isThere = Object.hasOwn(value, key);
      if (typeof field === "function") {
        if (!isThere) refuseForm(at, "lacks a key", key);
        entries.push([key, field(value[key], inside(at, key))]);
      } else if (isThere) entries.push([key, field.optional(value[key], inside(at, key))]);
    }
    return Object.fromEntries(entries) as Read<F>;
  };

/** An object of the kind that one of its keys tells. */
export const oneOf =
  <T>(key: string, forms: Readonly<Record<string, Form<T>>>): Form<T> =>
  (value, at) => {
    const kind = isPlain(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    if (typeof kind !== "string" || !Object.hasOwn(forms, kind)) {
      refuseForm(at, `has no known ${key}`, kind);
    }
    return forms[kind]!(value, at);
  };
