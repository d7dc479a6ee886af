import { Worker } from 'node:worker_threads';

/**
 * A thread that runs the module `name` beside the caller's. Compiled, that is a file; from the sources the thread first
 * learns to read TypeScript.
 * @param caller `import.meta.url` of the caller.
 */
export function startThread(caller: string, name: string, workerData: unknown): Worker {
  if (caller.endsWith('.js')) return new Worker(new URL(`./${name}.js`, caller), { workerData });
  const source = JSON.stringify(new URL(`./${name}.ts`, caller));
  const script = `import('tsx/esm/api').then(({ register }) => { register(); return import(${source}); })`;
  return new Worker(script, { eval: true, workerData, execArgv: [] });
}
