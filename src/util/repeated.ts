// Which values a list holds more than once.

/** The values that appear more than once, each once. */
export function repeated(values: Iterable<string>): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const value of values) {
    const before = seen.size;
    if (seen.add(value).size === before) twice.add(value);
  }
  return [...twice];
}
