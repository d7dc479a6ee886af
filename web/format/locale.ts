/**
 * The language of the words with the customs of the reader's region: `en-NO` writes 1 234,5 and 24 hours. Browsers that
 * name no region get the likeliest one of their language.
 */
export function localeOf(wordsLanguage: string, browserLocales: readonly string[]): string {
  for (const name of browserLocales) {
    const region = regionOf(name);
    if (region !== null) return `${wordsLanguage}-${region}`;
  }
  return wordsLanguage;
}

function regionOf(name: string): string | null {
  try {
    return new Intl.Locale(name).maximize().region ?? null;
  } catch {
    return null;
  }
}
