import type { Reading } from '../../domain/reading.ts';
import type { Block } from '../../domain/session.ts';
import type { Vehicle } from '../../domain/vehicle.ts';
import { whyWords } from '../../wire/history-words.ts';
import { advance } from '../advance.ts';
import type { Command, LaneInput } from '../contract.ts';
import { controlLane } from '../control-lane.ts';
import type { Held, Lane } from '../lane.ts';
import { beginStep, endStep } from '../lane-step.ts';
import { activeSession } from '../lifecycle.ts';
import { newLane } from '../new-lane.ts';
import { sessionWith } from '../parts.ts';
import { CAR, HOME, NIGHT_TARIFF, NOON_MS, policyOf } from './bench.ts';

const MINUTE_MS = 60_000;

/** A car of 11 kW that can be held to 4 kW, and what its plan and its site say of it. */
export interface HeldBench {
  /** What its plan wants from now on: a power, all that it takes, or nothing. */
  planned: number | 'all' | 'off';
  /** The power of a further half hour after that. */
  nextPlanned: number | null;
  /** Minutes from noon at which the plan has its next edge. */
  edgeMinute: number;
  /** Why more power must wait. */
  held: Held | null;
  /** What there is for it, kW. */
  roomKw: number;
  /** Who charges while it is held to a power. */
  sharedWithIds: readonly string[];
  /** One step, so many minutes after noon; gives the attempts sent in it, as `START 5.5`. */
  readonly step: (minute: number, ...happened: Happened[]) => string[];
  readonly lane: () => Lane;
  /** The newest reason of its session's history, in words. */
  readonly words: () => string | undefined;
  /** The blocks that its session shows, by hours from noon. */
  readonly blocks: () => string[];
  /** The ledger: each command as it is now. */
  readonly ledger: () => string[];
}

/** A power that it draws by its reading; that it is plugged out; or an answer to the command under way. */
export type Happened =
  | number
  | 'idle'
  | 'at once'
  | 'unplugged'
  | 'CONFIRMED'
  | 'FAILED'
  | 'silent power'
  | 'policy gone';

export function heldBench(change: Partial<Vehicle> = {}): HeldBench {
  let ids = 0;
  const context = { pricesAt: () => NIGHT_TARIFF, newId: () => `id${++ids}` };
  const vehicle: Vehicle = { ...CAR, powerKw: 11, leastPowerKw: 4, ...change };
  const policy = policyOf();
  const commands = new Map<string, Command>();
  let words: string | undefined;
  let blocks: string[] = [];
  let lane = newLane(vehicle, [HOME], NOON_MS);
  const first: LaneInput[] = [
    { kind: 'policy-set', policy, receivedAtMs: NOON_MS },
    { kind: 'reading', reading: readingOf('idle', NOON_MS), receivedAtMs: NOON_MS },
  ];
  lane = advance(lane, first, context, NOON_MS).lane;
  const bench: HeldBench = {
    planned: 'off',
    edgeMinute: 600,
    nextPlanned: null,
    held: null,
    roomKw: Number.POSITIVE_INFINITY,
    sharedWithIds: ['van'],
    step: (minute, ...happened) => take(minute, happened),
    lane: () => lane,
    words: () => words,
    blocks: () => blocks,
    ledger: () => [...commands.values()].map((each) => `${textOf(each)} ${each.state}`),
  };
  return bench;

  function take(minute: number, happened: readonly Happened[]): string[] {
    const nowMs = NOON_MS + minute * MINUTE_MS;
    const inputs = happened.map((each) => inputOf(each, nowMs));
    const begun = beginStep(lane, inputs, context, nowMs);
    const room = { fullKw: 11, isTooMuch: (powerKw: number) => powerKw > bench.roomKw };
    const site = { planned: plannedFor(begun.lane, nowMs), hold: () => bench.held, room };
    const steered = controlLane(begun.lane, begun.isHeardAgain, begun.effects, site);
    const result = endStep({ ...begun, steered, isOthers: false }, () => null);
    lane = JSON.parse(JSON.stringify(result.lane)) as Lane;
    for (const entry of result.history) words = whyWords(entry, (id) => `the ${id}`);
    for (const { session } of result.sessions) blocks = session.blocks.map(blockText);
    for (const command of result.commands) commands.set(command.id, command);
    return result.events.flatMap((event) =>
      event.kind === 'command-requested' ? [textOf(event.command)] : [],
    );
  }

  function plannedFor(begun: Lane, nowMs: number) {
    const session = activeSession(begun);
    if (session === null || session.plan === null) return null;
    const endAtMs = Math.max(nowMs + MINUTE_MS, NOON_MS + bench.edgeMinute * MINUTE_MS);
    const block = { type: 'REGULAR', startAtMs: nowMs, endAtMs, energyWh: 1000, cost: 0 } as const;
    const { planned, nextPlanned } = bench;
    const next =
      nextPlanned === null
        ? []
        : [{ ...block, startAtMs: endAtMs, endAtMs: endAtMs + 30 * MINUTE_MS, powerKw: nextPlanned }];
    const blocks =
      planned === 'off' ? [] : [planned === 'all' ? block : { ...block, powerKw: planned }, ...next];
    const together = {
      limitKw: 11,
      basis: '',
      yields: null,
      others: bench.sharedWithIds.map((vehicleId) => ({
        vehicleId,
        startAtMs: nowMs,
        endAtMs,
        isInTime: true,
      })),
    };
    return sessionWith(session, {
      plan: { ...session.plan, plan: { ...session.plan.plan, blocks }, together },
    });
  }

  function inputOf(happened: Happened, nowMs: number): LaneInput {
    if (happened === 'CONFIRMED' || happened === 'FAILED') {
      const commandId = lane.control.command?.id ?? 'none';
      return { kind: 'command-result', commandId, outcome: happened, reason: null, receivedAtMs: nowMs };
    }
    if (happened === 'at once') {
      const sessionId = activeSession(lane)?.id ?? 'none';
      const override = { kind: 'IMMEDIATE_START', targetPercent: 90 } as const;
      return { kind: 'target-set', sessionId, override, receivedAtMs: nowMs };
    }
    return happened === 'policy gone'
      ? { kind: 'policy-deleted', policyId: policy.id, receivedAtMs: nowMs }
      : { kind: 'reading', reading: readingOf(happened, nowMs), receivedAtMs: nowMs };
  }
}

function readingOf(happened: number | 'idle' | 'unplugged' | 'silent power', observedAtMs: number): Reading {
  if (happened === 'unplugged') return { observedAtMs, isPluggedIn: false };
  const isCharging = happened !== 'idle';
  return {
    observedAtMs,
    locationId: HOME.id,
    levelPercent: 50,
    powerDeliveryState: isCharging ? 'PLUGGED_IN:CHARGING' : 'PLUGGED_IN:STOPPED',
    ...(typeof happened === 'number' ? { powerKw: happened } : {}),
  };
}

function textOf({ kind, powerKw }: Command): string {
  return powerKw === undefined ? kind : `${kind} ${powerKw}`;
}

function blockText({ startAtMs, endAtMs, type, energyWh }: Block): string {
  const time = (atMs: number): string => new Date(atMs - NOON_MS).toISOString().slice(11, 16);
  return `${time(startAtMs)}-${time(endAtMs)} ${type} ${energyWh} Wh`;
}
