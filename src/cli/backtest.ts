import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { type BacktestOptions, readBacktestOptions } from '../sim/backtest/options.ts';
import { backtestPage } from '../sim/backtest/page.ts';
import { readPricesCsv } from '../sim/backtest/prices-csv.ts';
import { progressOn } from '../sim/backtest/progress.ts';
import type { BacktestReport } from '../sim/backtest/report.ts';
import { runBacktest } from '../sim/backtest/run.ts';
import { readSessionsCsv } from '../sim/backtest/sessions-csv.ts';
import { noSessionText } from '../sim/backtest/skipped.ts';
import { backtestTable } from '../sim/backtest/table.ts';
import { assertWritable } from './writable-file.ts';

/** Where a command writes: what it found, and what it is doing. */
export interface CommandOutput {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Whether a person sees stderr as it is written, so that a bar can move there. */
  readonly isTerminal?: boolean;
}

/** `tidewatt backtest`: gives the exit code; 1 for files that cannot be used, 2 for wrong use. */
export async function backtestCommand(argv: readonly string[], output: CommandOutput): Promise<number> {
  const options = readBacktestOptions(argv);
  if ('wrong' in options) {
    output.stderr(`${options.wrong}. See "tidewatt backtest --help".\n`);
    return 2;
  }
  const { outFile, isJson } = options;
  try {
    // A run takes minutes: what it finds must have a place before it begins.
    if (outFile !== null) await assertWritable(outFile);
  } catch (error) {
    output.stderr(`--out: expected a file that can be written: ${messageOf(error)}\n`);
    return 2;
  }
  try {
    const report = await backtest(options, output);
    if (report.sessions === 0) throw new Error(noSessionText(report));
    const json = `${JSON.stringify(report, null, isJson ? undefined : 2)}\n`;
    // The file first: whoever reads stdout may be gone before its end.
    const content = outFile?.endsWith('.html') === true ? backtestPage(report) : json;
    const failure = outFile === null ? null : await writeFile(outFile, content).catch(messageOf);
    output.stdout(isJson ? json : backtestTable(report));
    if (typeof failure === 'string') throw new Error(`the report is not in ${outFile}: ${failure}`);
    return 0;
  } catch (error) {
    output.stderr(`backtest: ${messageOf(error)}\n`);
    return 1;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function backtest(options: BacktestOptions, output: CommandOutput): Promise<BacktestReport> {
  const prices = await readPricesCsv(options.pricesFile);
  const { timezone } = options.rules.publication;
  const nowMs = (): number => performance.now();
  const screen = { write: output.stderr, isTerminal: output.isTerminal === true };
  const progress = progressOn(screen, nowMs());
  try {
    return await runBacktest(
      readSessionsCsv(options.sessionsFile, timezone, options.shiftWeeks),
      { ...options.rules, prices },
      options.limit,
      {
        nowMs,
        onProgress: (driven, all) => progress.onProgress(driven, all, nowMs()),
        workerCount: options.workerCount ?? availableParallelism(),
      },
    );
  } finally {
    progress.end();
  }
}
