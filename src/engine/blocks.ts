import type { Interval } from '../domain/interval.ts';
import type { Block, BlockType } from '../domain/session.ts';
import { SECOND_MS } from '../domain/units.ts';
import type { Plan, PlanBlock } from '../planner/problem.ts';
import type { ObservedBlock } from './lane.ts';

/**
 * The observed blocks with energy that flowed and the state that the reading shows. A charge that goes on grows the
 * running block; a change of type ends it and begins another; a stop makes it past.
 */
export function growBlocks(
  blocks: readonly ObservedBlock[],
  flow: Interval,
  energyWh: number,
  isCharging: boolean,
  type: BlockType,
  atMs: number,
): readonly ObservedBlock[] {
  const running = blocks.at(-1)?.isRunning === true ? blocks.at(-1) : undefined;
  if (running !== undefined) {
    const startAtMs =
      running.energyWh === 0 ? Math.max(running.startAtMs, flow.startAtMs) : running.startAtMs;
    const endAtMs = Math.max(startAtMs, isCharging ? atMs : flow.endAtMs);
    const sumWh = running.energyWh + energyWh;
    const grown = { type: running.type, startAtMs, endAtMs, isRunning: true, energyWh: sumWh };
    return closeOrKeep(blocks.slice(0, -1), grown, isCharging, type, atMs);
  }
  if (energyWh > 0) {
    const startAtMs = Math.max(flow.startAtMs, blocks.at(-1)?.endAtMs ?? flow.startAtMs);
    const endAtMs = Math.max(startAtMs, isCharging ? atMs : flow.endAtMs);
    return closeOrKeep(
      blocks,
      { type, startAtMs, endAtMs, isRunning: true, energyWh },
      isCharging,
      type,
      atMs,
    );
  }
  return isCharging ? [...blocks, begin(type, Math.max(atMs, blocks.at(-1)?.endAtMs ?? atMs))] : blocks;
}

/** The blocks after a change of what the charge is for: the running one ends where its energy was last counted. */
export function splitBlocks(blocks: readonly ObservedBlock[], type: BlockType): readonly ObservedBlock[] {
  const last = blocks.at(-1);
  return last?.isRunning === true && last.type !== type
    ? [...closeBlocks(blocks), begin(type, last.endAtMs)]
    : blocks;
}

/** The running block as a past one; one that never got energy is left out. */
export function closeBlocks(blocks: readonly ObservedBlock[]): readonly ObservedBlock[] {
  const last = blocks.at(-1);
  if (last === undefined || !last.isRunning) {
    return blocks;
  }
  const past = blocks.slice(0, -1);
  return last.energyWh > 0 ? [...past, { ...last, isRunning: false }] : past;
}

/**
 * What a session shows: past blocks as observed, the running one with what is still planned for it, planned ones. What is
 * planned for less than a second is rounding.
 */
export function shownBlocks(
  observed: readonly ObservedBlock[],
  plan: Plan | null,
  regularType: BlockType,
  nowMs: number,
): readonly Block[] {
  const shown: Block[] = [];
  let endAtMs = Number.NEGATIVE_INFINITY;
  let remaining = chainsOf((plan?.blocks ?? []).filter((block) => block.endAtMs > nowMs));
  for (const { isRunning, type, startAtMs, endAtMs: observedEndAtMs, energyWh } of observed) {
    const planned = remaining[0];
    if (isRunning && planned !== undefined && planned.startAtMs <= Math.max(nowMs, observedEndAtMs)) {
      remaining = remaining.slice(1);
      const plannedWh = Math.round(energyFromWh(planned.parts, observedEndAtMs));
      shown.push({ type, startAtMs, endAtMs: planned.endAtMs, energyWh: energyWh + plannedWh });
    } else if (!isRunning || energyWh > 0 || observedEndAtMs > startAtMs) {
      shown.push({ type, startAtMs, endAtMs: observedEndAtMs, energyWh });
    }
    endAtMs = shown.at(-1)?.endAtMs ?? endAtMs;
  }
  for (const block of remaining) {
    const startAtMs = Math.max(block.startAtMs, endAtMs);
    if (block.endAtMs - startAtMs >= SECOND_MS) {
      const type = block.type === 'REGULAR' ? regularType : block.type;
      const energyWh = Math.round(energyFromWh(block.parts, block.startAtMs));
      shown.push({ type, startAtMs, endAtMs: block.endAtMs, energyWh });
    }
  }
  return shown;
}

interface Chain extends Interval {
  readonly type: PlanBlock['type'];
  readonly parts: readonly PlanBlock[];
}

/** Planned blocks as others see them: a change of power alone ends none. */
function chainsOf(blocks: readonly PlanBlock[]): readonly Chain[] {
  const chains: Chain[] = [];
  for (const block of blocks) {
    const last = chains.at(-1);
    const isSame = last?.type === block.type && last.endAtMs === block.startAtMs;
    if (last !== undefined && isSame && last.parts.at(-1)?.powerKw !== block.powerKw) {
      chains[chains.length - 1] = { ...last, endAtMs: block.endAtMs, parts: [...last.parts, block] };
    } else {
      const { type, startAtMs, endAtMs } = block;
      chains.push({ type, startAtMs, endAtMs, parts: [block] });
    }
  }
  return chains;
}

/** What is planned from an instant on, each block at its mean power. */
export function energyFromWh(parts: readonly PlanBlock[], fromMs: number): number {
  return parts.reduce((sum, { startAtMs, endAtMs, energyWh }) => {
    const share = Math.max(0, endAtMs - Math.max(startAtMs, fromMs)) / (endAtMs - startAtMs);
    return sum + energyWh * Math.min(1, share);
  }, 0);
}

function closeOrKeep(
  past: readonly ObservedBlock[],
  block: ObservedBlock,
  isCharging: boolean,
  type: BlockType,
  atMs: number,
): readonly ObservedBlock[] {
  if (isCharging && block.type === type) {
    return [...past, block];
  }
  const closed = closeBlocks([...past, block]);
  return isCharging ? [...closed, begin(type, atMs)] : closed;
}

function begin(type: BlockType, atMs: number): ObservedBlock {
  return { type, startAtMs: atMs, endAtMs: atMs, isRunning: true, energyWh: 0 };
}
