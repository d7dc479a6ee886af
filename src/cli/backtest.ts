import { writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { type BacktestOptions, readBacktestOptions } from '../sim/backtest/options.ts';
import { readPricesCsv } from '../sim/backtest/prices-csv.ts';
import type { BacktestReport } from '../sim/backtest/report.ts';
import { runBacktest } from '../sim/backtest/run.ts';
import { readSessionsCsv } from '../sim/backtest/sessions-csv.ts';
import { backtestTable } from '../sim/backtest/table.ts';

/** Where a command writes: what it found, and what it is doing. */
export interface CommandOutput {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
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
    if (options.outFile !== null) await writeFile(options.outFile, json);
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
  return runBacktest(
    readSessionsCsv(options.sessionsFile, timezone, options.shiftWeeks),
    { ...options.rules, prices },
    options.limit,
    { nowMs: () => performance.now(), onProgress: progressOn(output) },
  );
}

const PROGRESS_EVERY_MS = 2_000;

function progressOn(output: CommandOutput): (sessions: number) => void {
  const startedAtMs = performance.now();
  let toldAtMs = startedAtMs;
  return (sessions) => {
    const nowMs = performance.now();
    if (nowMs - toldAtMs < PROGRESS_EVERY_MS) return;
    toldAtMs = nowMs;
    const perSecond = (sessions * 1000) / (nowMs - startedAtMs);
    output.stderr(`${sessions} sessions, ${perSecond.toFixed(0)} a second\n`);
  };
}
