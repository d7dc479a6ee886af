import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Real sessions and prices lie beside the repository, not in it; tests on them are skipped where they are absent. */
const folder = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));

export const hasRealData = existsSync(folder);

export function realFile(name: string): string {
  return `${folder}${name}`;
}
