import { parseArgs } from 'node:util';
import { checkCases } from './check-cases.ts';

// `npm run exact -- --cases 20000 --seed 1`: plans beside the best of all schedules, on seeded cases. It exits with 1
// when a plan is worse than its reference or states what is not so, and names the seed.

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
});
const cases = numberOf('cases', values.cases);
const seed = numberOf('seed', values.seed);
const startedAt = performance.now();
const found = await checkCases(cases, seed, (done) => {
  if (done % 1000 === 0) process.stderr.write(`${done} of ${cases} cases, ${seconds()} s\n`);
});
for (const [reference, count] of Object.entries(found.references)) {
  console.log(`${String(count).padStart(7)}  compared with: ${reference}`);
}
for (const [feature, count] of Object.entries(found.features)) {
  console.log(`${String(count).padStart(7)}  ${feature}`);
}
console.log(`${String(found.alsoOffGrid).padStart(7)}  compared again with odd milliseconds at both ends`);
for (const { seed: at, reference, what } of found.mismatches.slice(0, 20)) {
  console.log(`MISMATCH  seed ${at}, ${reference}: ${what}`);
}
console.log(`${found.cases} cases in ${seconds()} s, ${found.mismatches.length} mismatches`);
process.exitCode = found.mismatches.length === 0 ? 0 : 1;

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`--${name}: expected a whole number above 0, got "${text}"`);
  process.exit(2);
}

function seconds(): string {
  return ((performance.now() - startedAt) / 1000).toFixed(0);
}
