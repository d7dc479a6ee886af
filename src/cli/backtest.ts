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
import { backtestTable } from '../sim/backtest/table.ts';

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
  try {
    const report = await backtest(options, output);
    const json = `${JSON.stringify(report, null, options.isJson ? undefined : 2)}\n`;
    if (options.outFile !== null) {
      await writeFile(options.outFile, options.outFile.endsWith('.html') ? backtestPage(report) : json);
    }
    output.stdout(options.isJson ? json : backtestTable(report));
    return 0;
  } catch (error) {
    output.stderr(`backtest: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
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
