// Errors of the network layer, which know the network, become errors of the document, which know the
// place in it. Invariant: nothing but the place and the class of an error changes, and defects of
// Myelin stay what they are.

import { InternalError, MyelinError, ValidationError } from "../errors.js";

/** Where an action stands in the document, and what the layers below call that place. */
export interface Place {
  readonly where: string;
  /** Beginnings of the paths of the layers below, most special first; made only after an error. */
  readonly known: () => readonly string[];
  /** Keys of the entry itself; other names belong to its parameters. */
  readonly keys?: readonly string[];
}

/** Runs an action; an error that it throws is thrown again with the place in the document. */
export function at<T>(place: Place, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof MyelinError) || error instanceof InternalError) throw error;
    const where = documentPath(place, error.where);
    throw new ValidationError({ ...error.details, where, cause: error });
  }
}

function documentPath({ where, known, keys }: Place, path: string): string {
  const start = known().find((each) => path.startsWith(each) && endsAt(path, each.length));
  if (start === undefined) return where;
  const rest = path.slice(start.length);
  const channel = /^\.channels\[\d+\](?=\.)/.exec(rest)?.[0];
  if (channel !== undefined) return `${where}${channel}.parameters${rest.slice(channel.length)}`;
  const key = /^\.([^.[]*)/.exec(rest)?.[1];
  const isOwn = key === undefined || keys === undefined || keys.includes(key);
  return isOwn ? where + rest : `${where}.parameters${rest}`;
}

/** Whether a name may end here: what follows must not be the rest of a longer one. */
const endsAt = (path: string, length: number): boolean =>
  length === path.length || ".[".includes(path[length]!);
