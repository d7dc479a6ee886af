import { expect } from 'vitest';
import type { Session } from '../../domain/session.ts';
import { MINUTE_MS } from '../../domain/units.ts';
import type { Advance } from '../contract.ts';

/** Checks what is stored and told of one lane, from the outside: it knows sessions, not the engine. */
export class Checker {
  private readonly stored = new Map<string, Session>();
  private readonly sequences = new Map<string, number>();
  private readonly lastTold = new Map<string, string>();
  private readonly past = new Map<string, readonly unknown[]>();

  check(result: Advance): void {
    for (const { session } of result.sessions) {
      const before = this.stored.get(session.id);
      this.checkChange(before, session);
      this.checkShape(session, result.lane.steppedAtMs);
      this.stored.set(session.id, session);
    }
    for (const id of result.deletedSessionIds) {
      expect(this.stored.get(id)?.state).toBe('UPCOMING');
      this.stored.delete(id);
    }
    for (const event of result.events) {
      if (event.kind === 'session-updated') {
        expect(event.sequence).toBe((this.sequences.get(event.session.id) ?? 0) + 1);
        this.sequences.set(event.session.id, event.sequence);
        const body = JSON.stringify(event.session);
        expect(body).not.toBe(this.lastTold.get(event.session.id));
        this.lastTold.set(event.session.id, body);
      }
    }
    for (const { id, blocks } of Object.values(result.lane.current)) {
      const past = blocks.filter(({ isRunning }) => !isRunning);
      const before = this.past.get(id) ?? [];
      expect(past.slice(0, before.length)).toEqual(before);
      this.past.set(id, past);
    }
    const current = [...this.stored.values()].filter(({ state }) => state !== 'SETTLED');
    expect(current).toHaveLength(result.lane.policies.length);
  }

  private checkChange(before: Session | undefined, now: Session): void {
    if (before === undefined) {
      expect(['UPCOMING', 'SETTLED', 'ACTIVE']).toContain(now.state.split(':')[0]);
      return;
    }
    expect(before.state).not.toBe('SETTLED');
    if (before.state !== 'UPCOMING') {
      expect(now.state).not.toBe('UPCOMING');
      expect(now.pluggedInAtMs).toBe(before.pluggedInAtMs);
      expect(now.aggregated?.energyWh ?? 0).toBeGreaterThanOrEqual(before.aggregated?.energyWh ?? 0);
    }
  }

  private checkShape(session: Session, nowMs: number): void {
    const energyWh = session.aggregated?.energyWh ?? 0;
    expect(session.steps.reduce((sum, step) => sum + step.energyWh, 0)).toBe(energyWh);
    for (const [index, step] of session.steps.entries()) {
      expect(step.energyWh).toBeGreaterThan(0);
      expect(step.startAtMs % (15 * MINUTE_MS)).toBe(0);
      expect(step.startAtMs).toBeGreaterThan(session.steps[index - 1]?.startAtMs ?? 0);
    }
    for (const [index, block] of session.blocks.entries()) {
      expect(block.startAtMs).toBeGreaterThanOrEqual(session.blocks[index - 1]?.endAtMs ?? 0);
      expect(block.endAtMs).toBeGreaterThanOrEqual(block.startAtMs);
    }
    if (session.state === 'SETTLED') {
      expect(session.pluggedOutAtMs).toBeGreaterThanOrEqual(
        session.pluggedInAtMs ?? Number.POSITIVE_INFINITY,
      );
      expect(session.blocks.every(({ endAtMs }) => endAtMs <= nowMs)).toBe(true);
      const blocksWh = session.blocks.reduce((sum, block) => sum + block.energyWh, 0);
      expect(blocksWh).toBeLessThanOrEqual(energyWh);
    }
    if (session.policyId === null) {
      expect(session).toMatchObject({ state: 'SETTLED', blocks: [], target: null, outcome: null });
    }
    if (session.state === 'UPCOMING') {
      expect(session).toMatchObject({ blocks: [], steps: [], aggregated: null, outcome: null });
    }
  }
}
