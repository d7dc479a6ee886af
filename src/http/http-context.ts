import type { Registry } from 'prom-client';
import type { Simulator } from '../app/create-vehicle.ts';
import type { Deps } from '../app/deps.ts';
import type { TelemetryOutcome, TelemetryRequest } from '../app/record-telemetry.ts';

/** What every handler is given beside its request. */
export interface HttpContext {
  readonly deps: Deps;
  readonly recordTelemetry: (request: TelemetryRequest) => Promise<TelemetryOutcome>;
  readonly registry: Registry;
  /** There in a sandbox only. */
  readonly simulator: Simulator | null;
}
