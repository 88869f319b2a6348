// Which runner reads which schema. Invariant: the table is total; a schema that is not in it is an
// error, never a skip.

import { asFields, asText, field, malformed } from "./fields.js";
import type { RunSettings } from "./flags.js";
import type { Outcome } from "./report.js";
import { runSnsCase } from "./sns.js";

/** Runs the parsed content of a case file. */
export type CaseRunner = (parsed: unknown, settings: RunSettings) => Promise<Outcome>;

const runners: ReadonlyMap<string, CaseRunner> = new Map([["sns-golden/1", runSnsCase]]);

/** The runner for a parsed case file; throws where its schema is not known. */
export function runnerFor(parsed: unknown): {
  readonly schema: string;
  readonly run: (settings: RunSettings) => Promise<Outcome>;
} {
  const schema = field(asFields("case", parsed), "schema", asText);
  const runner = runners.get(schema);
  if (runner === undefined) {
    malformed(
      "case.schema",
      "there is no runner for this schema",
      schema,
      [...runners.keys()].join(", "),
    );
  }
  return { schema, run: (settings) => runner(parsed, settings) };
}
