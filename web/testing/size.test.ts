import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const ASSETS = fileURLToPath(new URL('../../dist/web/assets/', import.meta.url));

describe('the script of the first view, gzipped', () => {
  it('is below 45 kB for a list of cars', () => {
    expect(gzippedBytes(closureOf([/^index-/, /^cars-page-/]))).toBeLessThan(45_000);
  });

  it('is below 120 kB with the chart that the demonstration opens on', () => {
    const scripts = closureOf([/^index-/, /^cars-page-/, /^featured-car-/]);
    expect(scripts.length).toBeGreaterThan(4);
    expect(gzippedBytes(scripts)).toBeLessThan(120_000);
  });
});

/** Scripts whose names match, with all that they import before they run. */
function closureOf(patterns: readonly RegExp[]): string[] {
  const all = readdirSync(ASSETS).filter((name) => name.endsWith('.js'));
  const waiting = patterns.map((pattern) => {
    const [name, ...others] = all.filter((candidate) => pattern.test(candidate));
    if (name === undefined || others.length > 0)
      throw new Error(`expected one script ${pattern} in ${ASSETS}`);
    return name;
  });
  const found = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const text = readFileSync(`${ASSETS}${name}`, 'utf8');
    for (const [, imported] of text.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g)) {
      if (imported !== undefined) waiting.push(imported);
    }
  }
  return [...found];
}

function gzippedBytes(scripts: readonly string[]): number {
  return scripts.reduce(
    (sum, name) => sum + gzipSync(readFileSync(`${ASSETS}${name}`), { level: 9 }).length,
    0,
  );
}
