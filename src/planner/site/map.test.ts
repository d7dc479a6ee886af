import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('the map of this folder has every file of it, and none that is gone', () => {
  const names = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => name.replace(/\.ts$/, ''));
  const map = readFileSync(`${import.meta.dirname}/README.md`, 'utf8').split('## The way of a plan')[1] ?? '';
  const named = [...map.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name);
  expect([...new Set(named)].sort()).toEqual(names.sort());
});
