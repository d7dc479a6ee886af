import type { Registry } from 'prom-client';
import type { Simulator } from '../app/create-vehicle.ts';
import type { Deps } from '../app/deps.ts';
import type { ReadTotals } from '../app/read-overview-totals.ts';
import type { TelemetryOutcome, TelemetryRequest } from '../app/record-telemetry.ts';
import type { Tokens } from '../app/tokens.ts';
import type { WebhookDeps } from '../app/webhook-deps.ts';
import type { Sandbox } from '../sim/sandbox.ts';
import type { EventStreams } from './event-streams.ts';

/** What every handler is given beside its request. */
export interface HttpContext {
  readonly deps: Deps;
  /** The same, with a way out to subscribers. */
  readonly webhooks: WebhookDeps;
  readonly recordTelemetry: (request: TelemetryRequest) => Promise<TelemetryOutcome>;
  readonly readTotals: ReadTotals;
  readonly tokens: Tokens;
  readonly registry: Registry;
  readonly streams: EventStreams;
  /** There in a sandbox only. */
  readonly simulator: Simulator | null;
  readonly world: World | null;
}

/** The sandbox that is served; with the demonstration's client, where it is one. */
export interface World {
  readonly sandbox: Sandbox;
  readonly demoClient: { readonly id: string; readonly secret: string } | null;
}
