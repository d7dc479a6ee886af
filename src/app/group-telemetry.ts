import type { TelemetryOutcome, TelemetryRequest } from './record-telemetry.ts';

const TRANSACTIONS_MAX_COUNT = 4;
const OBSERVATIONS_MAX_COUNT = 5_000;

interface Waiting {
  readonly request: TelemetryRequest;
  readonly resolve: (outcome: TelemetryOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: a request is recorded at once while few are under way, and what comes while four transactions are
 * shares the next one. Nobody waits for company, and a storm costs few commits.
 */
export function groupTelemetry(
  record: (requests: readonly TelemetryRequest[]) => Promise<TelemetryOutcome[]>,
): (request: TelemetryRequest) => Promise<TelemetryOutcome> {
  const waiting: Waiting[] = [];
  let running = 0;

  function start(): void {
    while (running < TRANSACTIONS_MAX_COUNT && waiting.length > 0) {
      running += 1;
      void recordGroup(record, takeGroup(waiting)).finally(() => {
        running -= 1;
        start();
      });
    }
  }

  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      start();
    });
}

function takeGroup(waiting: Waiting[]): Waiting[] {
  let count = 0;
  let size = 0;
  for (const { request } of waiting) {
    size += request.observations.length;
    if (count > 0 && size > OBSERVATIONS_MAX_COUNT) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

/** Never rejected: each request gets its own outcome or error. */
async function recordGroup(
  record: (requests: readonly TelemetryRequest[]) => Promise<TelemetryOutcome[]>,
  group: readonly Waiting[],
): Promise<void> {
  try {
    const outcomes = await record(group.map(({ request }) => request));
    for (const [index, { resolve, reject }] of group.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) reject(new Error('expected an outcome for each request'));
      else resolve(outcome);
    }
  } catch (error) {
    if (group.length === 1) {
      for (const { reject } of group) reject(error);
      return;
    }
    // One request may have spoilt the others' transaction: each has a second try on its own.
    for (const one of group) await recordGroup(record, [one]);
  }
}
