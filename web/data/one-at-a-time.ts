/**
 * Makes a start of `run` that never runs twice at once: asked for while one is under way, it runs once more after
 * that, however often it was asked for. Nothing more begins once the signal is aborted. `run` must not fail.
 */
export function oneAtATime(run: () => Promise<void>, signal: AbortSignal): () => void {
  let isUnderWay = false;
  let isWaiting = false;
  const start = (): void => {
    if (signal.aborted) return;
    isWaiting = isUnderWay;
    if (isUnderWay) return;
    isUnderWay = true;
    void run().then(() => {
      isUnderWay = false;
      if (isWaiting) start();
    });
  };
  return start;
}
