import type { HistoryEntry } from '../domain/history.ts';
import type { Advance, Command, LaneContext, LaneEvent, Refusal, SessionChange } from './contract.ts';

/** What one call of `advance` gathers while it moves the lane on; it lives no longer than the call. */
export interface Effects {
  readonly context: LaneContext;
  readonly nowMs: number;
  readonly sessions: SessionChange[];
  readonly deletedSessionIds: string[];
  readonly events: LaneEvent[];
  /** By id, so that a row changed twice in one step is written once. */
  readonly commands: Map<string, Command>;
  readonly refusals: Refusal[];
  readonly history: HistoryEntry[];
  planCount: number;
}

export function newEffects(context: LaneContext, nowMs: number): Effects {
  return {
    context,
    nowMs,
    sessions: [],
    deletedSessionIds: [],
    events: [],
    commands: new Map(),
    refusals: [],
    history: [],
    planCount: 0,
  };
}

export type Outputs = Omit<Advance, 'lane' | 'timerAtMs'>;

export function outputsOf(effects: Effects): Outputs {
  return {
    sessions: effects.sessions,
    deletedSessionIds: effects.deletedSessionIds,
    events: effects.events,
    commands: [...effects.commands.values()],
    planCount: effects.planCount,
    refusals: effects.refusals,
    history: effects.history,
  };
}
