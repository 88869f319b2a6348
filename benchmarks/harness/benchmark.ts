// What a benchmark is and what it reports. Invariant: every figure carries the raw values it was
// made from, and its target where there is one.

/** What a figure should be. */
export interface Goal {
  readonly atLeast?: number;
  readonly atMost?: number;
  /** What would be better still. */
  readonly aim?: number;
}

/** One figure. */
export interface Result {
  /** What was measured, for example the network. */
  readonly case: string;
  /** What the figure is, for example "plain loop / sparse". */
  readonly quantity: string;
  readonly value: number;
  /** The same of the best rounds, which a busy machine disturbs less. */
  readonly best?: number;
  /** "x" for ratios. */
  readonly unit: string;
  readonly goal?: Goal;
  /** Other figures worth a column of their own in a table. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Every single measurement, by what was measured. */
  readonly raw: Readonly<Record<string, readonly number[]>>;
  /** What else must be known to read the figure. */
  readonly notes?: Readonly<Record<string, number | string>>;
}

/** What a benchmark gets. */
export interface Context {
  /** How often the variants take turns. */
  readonly rounds: number;
  /** Whether this case was asked for. */
  readonly wants: (name: string) => boolean;
  readonly report: (result: Result) => void;
  /** Takes a line about what goes on. */
  readonly say: (line: string) => void;
}

/** One question that timing can answer. */
export interface Benchmark {
  readonly question: string;
  /** Checks results first, then reports figures. */
  readonly run: (context: Context) => Promise<void>;
  /** Figures of all its results: text of SVG files by name. */
  readonly draw?: (results: readonly Result[]) => Readonly<Record<string, string>>;
}

/** Whether a figure is what it should be; undefined where nothing was asked of it. */
export function isMet({ value, goal }: Pick<Result, "value" | "goal">): boolean | undefined {
  if (goal === undefined) return undefined;
  const { atLeast = -Infinity, atMost = Infinity } = goal;
  return value >= atLeast && value <= atMost;
}
