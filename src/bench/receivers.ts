import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Ask } from './receiver-process.ts';

/** Receivers in a process of their own, so that their work is not the sender's. */
export interface Receivers {
  /** Opens receivers anew, the first of them such that never answer; gives their URLs. */
  open(count: number, hanging: number): Promise<readonly string[]>;
  /** Fulfilled when so many further events have come, to all together. */
  expect(total: number): Promise<void>;
  /** What came since the last report, by receiver that answers. */
  report(): Promise<Extract<Answer, { kind: 'report' }>>;
  /** Fulfilled when their process has ended. */
  close(): Promise<void>;
}

export function startReceivers(): Receivers {
  const isSource = import.meta.url.endsWith('.ts');
  const script = new URL(isSource ? './receiver-process.ts' : './receiver-process.js', import.meta.url);
  const child = fork(fileURLToPath(script), {
    stdio: 'inherit',
    execArgv: isSource ? ['--import', 'tsx'] : [],
  });
  return {
    async open(count, hanging) {
      const { ports } = await ask(child, { kind: 'open', count, hanging }, 'opened');
      return ports.map((port) => `http://127.0.0.1:${port}/`);
    },
    async expect(total) {
      await ask(child, { kind: 'expect', total }, 'complete');
    },
    report: () => ask(child, { kind: 'report' }, 'report'),
    async close() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

function ask<Kind extends Answer['kind']>(
  child: ChildProcess,
  question: Ask,
  wanted: Kind,
): Promise<Extract<Answer, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      child.off('message', take);
      child.off('exit', end);
    };
    const take = (answer: Answer): void => {
      if (answer.kind !== wanted) return;
      done();
      // Its kind was just compared.
      resolve(answer as Extract<Answer, { kind: Kind }>);
    };
    const end = (): void => {
      done();
      reject(new Error('the receivers ended'));
    };
    child.on('message', take);
    child.on('exit', end);
    child.send(question);
  });
}
