/**
 * The arguments with a negative number joined to the option before it: `--limit -1` as `--limit=-1`. Node's `parseArgs`
 * takes it for another option, and answers with advice instead of what is wrong with the number.
 */
export function withNegativeValues(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (const argument of argv) {
    const before = joined.at(-1);
    const isValue = /^-\.?\d/.test(argument) && before !== undefined && /^--[^=]+$/.test(before);
    if (isValue) joined[joined.length - 1] = `${before}=${argument}`;
    else joined.push(argument);
  }
  return joined;
}
