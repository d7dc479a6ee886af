import { createEgress, type Egress, type EgressOptions } from '../webhooks/egress.ts';
import type { Deps } from './deps.ts';

/** What use cases need that reach subscribers. */
export interface WebhookDeps extends Deps {
  /** The only way out. */
  readonly egress: Egress;
  /** From 0 to below 1: spreads retries. */
  readonly chance: () => number;
}

/** The same dependencies with a way out; it is closed by `egress.close()`. */
export function withEgress(deps: Deps, options: EgressOptions): WebhookDeps {
  return { ...deps, egress: createEgress(options), chance: Math.random };
}
