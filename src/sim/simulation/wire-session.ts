/** A session as others see it: what the invariants need of it. */
export interface SeenSession {
  readonly id: string;
  readonly vehicleId: string;
  readonly policyId: string | null;
  readonly state: string;
  readonly pluggedInAt: string | null;
  readonly pluggedOutAt: string | null;
  readonly blocks: readonly {
    readonly type: string;
    readonly kwhSum: number;
    readonly startAt: string;
    readonly endAt: string;
  }[];
  readonly statistics: {
    readonly aggregated: {
      readonly kwhSum: number;
      readonly batteryFrom: number | null;
      readonly batteryTo: number | null;
    } | null;
    readonly timeseries: readonly SeenStep[];
  };
  readonly target: { readonly latest: SeenTarget | null };
  readonly outcome: { readonly latest: SeenOutcome | null };
  readonly error: { readonly latest: { readonly code: string } | null };
  readonly valuation: { readonly tariffCost: { readonly actual: number; readonly baseline: number } } | null;
}

export interface SeenStep {
  readonly startAt: string;
  readonly endAt: string;
  readonly kwh: number;
  readonly batteryLevel: number | null;
}

interface SeenTarget {
  readonly id: number;
  readonly type: string;
  readonly source?: string;
  readonly batteryReserve?: number;
  readonly minimumChargeTarget: number;
  readonly readyBy?: string;
}

interface SeenOutcome {
  readonly targetId: number;
  readonly state: string;
  readonly batteryLevelAtReadyBy: number | null;
  readonly minimumChargeTargetReachedAt: string | null;
}

/** An event's body, parsed: of `flex:session:updated` where it has a session. */
export interface SeenEvent {
  readonly event: string;
  readonly createdAt: string;
  readonly sequence?: number;
  readonly session?: SeenSession;
  readonly sessionId?: string;
}

export function parseEvent(body: string): SeenEvent {
  return JSON.parse(body);
}

export function toWh(kwh: number): number {
  return Math.round(kwh * 1000);
}

export function atMsOf(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant);
}
