/** Where progress is shown. */
export interface ProgressScreen {
  readonly write: (text: string) => void;
  /** A terminal shows a bar that moves; anything else gets a line now and then. */
  readonly isTerminal: boolean;
}

export interface Progress {
  readonly onProgress: (driven: number, all: number, nowMs: number) => void;
  /** Clears the bar, so that what is written next begins on a clean line. */
  readonly end: () => void;
}

/** Shows how far a long run has come, how fast it is and how long it will take. */
export function progressOn(screen: ProgressScreen, startedAtMs: number): Progress {
  const everyMs = screen.isTerminal ? BAR_EVERY_MS : LINE_EVERY_MS;
  let toldAtMs = startedAtMs;
  let hasBar = false;
  return {
    onProgress: (driven, all, nowMs) => {
      if (nowMs - toldAtMs < everyMs) return;
      toldAtMs = nowMs;
      const text = textOf(driven, all, nowMs - startedAtMs);
      hasBar ||= screen.isTerminal;
      screen.write(screen.isTerminal ? `${CLEAR_LINE}${barOf(driven / all)} ${text}` : `${text}\n`);
    },
    end: () => {
      if (hasBar) screen.write(CLEAR_LINE);
      hasBar = false;
    },
  };
}

const BAR_EVERY_MS = 100;
const LINE_EVERY_MS = 5_000;
const BAR_WIDTH = 24;
/** Back to the first column, and the rest of the line erased (ECMA-48, EL). */
const CLEAR_LINE = '\r\u001b[K';

function barOf(share: number): string {
  const filled = Math.floor(share * BAR_WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
}

function textOf(driven: number, all: number, elapsedMs: number): string {
  const perSecond = (driven * 1000) / elapsedMs;
  const leftSeconds = Math.ceil((all - driven) / perSecond);
  const count = `${driven.toLocaleString('en')} of ${all.toLocaleString('en')} sessions`;
  return `${count}, ${perSecond.toFixed(0)} a second, ${leftSeconds} s left`;
}
