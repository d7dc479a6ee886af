/** Why a service should end. */
type StopReason = { readonly kind: 'signal' } | { readonly kind: 'failure'; readonly error: Error };

export interface StopSignal {
  readonly asked: Promise<StopReason>;
  /** The service cannot go on. */
  fail(error: Error): void;
}

/** Fulfilled by the first SIGINT or SIGTERM, or a failure. A third signal ends the process at once. */
export function listenForStop(): StopSignal {
  let stop: (reason: StopReason) => void = () => {};
  const asked = new Promise<StopReason>((resolve) => {
    stop = resolve;
  });
  let count = 0;
  const onSignal = (): void => {
    count += 1;
    // A terminal's Ctrl-C reaches us twice under npm: from the terminal, and passed on by npm.
    if (count > 2) process.exit(1);
    stop({ kind: 'signal' });
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return { asked, fail: (error) => stop({ kind: 'failure', error }) };
}
