import type { LockedLane } from './lanes.ts';
import type { SavedStep } from './save-steps.ts';

/** The lanes of a step at a limited location, in the order in which the engine was given them. */
export interface SiteLog {
  readonly locationId: string;
  /** Null where the lanes knew of none any more. */
  readonly limitKw: number | null;
  readonly lanes: readonly SiteLaneLog[];
  /** All of these lanes as they were before, where one of them came to the others with this step; else none. */
  readonly gathered: readonly LockedLane[];
}

export interface SiteLaneLog {
  readonly vehicleId: string;
  /** Its last step before this one. */
  readonly stepNumber: number;
  /** Else it stood there with what it may draw, and took no step. */
  readonly isMoved: boolean;
  /** Of a lane to which nothing happened, so that it has no step: what it saw, where that is not what the others saw. */
  readonly prices?: Readonly<Record<string, string>>;
}

/** What is written in `steps.site`. The first lane has the log of all; the others name its step. */
export type StoredSiteLog =
  | Omit<SiteLog, 'gathered'>
  | {
      readonly locationId: string;
      readonly loggedBy: { readonly vehicleId: string; readonly stepNumber: number };
    };

/** The logs of steps, in their order; null for a step that was taken alone. */
export function siteLogsOf(steps: readonly SavedStep[]): (StoredSiteLog | null)[] {
  const firsts = new Map<SiteLog, SavedStep>();
  return steps.map((step) => {
    const { site } = step;
    if (site === null) return null;
    const { locationId, limitKw, lanes } = site;
    const first = firsts.get(site);
    if (first === undefined) {
      firsts.set(site, step);
      return { locationId, limitKw, lanes };
    }
    const { vehicleId, stepNumber } = first.before;
    return { locationId, loggedBy: { vehicleId, stepNumber: stepNumber + 1 } };
  });
}
