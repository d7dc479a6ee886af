import { deliverDue } from '../app/deliver-webhooks.ts';
import type { Deps } from '../app/deps.ts';
import { nextDueAtMs, runDueLanes } from '../app/run-lanes.ts';
import type { WebhookDeps } from '../app/webhook-deps.ts';
import type { Query } from '../store/database.ts';
import { assignPositions } from '../store/events.ts';
import { readNextCarAtMs, saveSandboxSpeed, saveSandboxTime } from '../store/sandbox.ts';
import { readNextDeliveryAtMs } from '../store/webhook-cursors.ts';
import { deliverToCars } from './deliver-to-cars.ts';
import { runDueCars } from './run-due-cars.ts';
import type { SandboxClock } from './sandbox-clock.ts';
import { createTurns } from './turns.ts';

/** Something of the world that happens by itself beside cars and lanes: the publication of prices. */
export interface WorldPart {
  nextAtMs(): number | null;
  /** Does what is due. What it remembers in memory changes only when the answer is called, after the commit. */
  run(tx: Query, nowMs: number): Promise<() => void>;
}

/** A clock that can be moved, and the world that lives by it. */
export interface Sandbox {
  read(): { readonly nowMs: number; readonly speed: number };
  /**
   * Moves the clock on to an instant, and does everything that is due until then, in order, on the way. Callers
   * wait for each other. Answers false, and does nothing, when the clock is beyond the instant.
   */
  advanceTo(targetMs: number): Promise<boolean>;
  /** Lets the clock run at a multiple of real time; 0 stops it. */
  setSpeed(speed: number): Promise<void>;
  /** Changes the world at the present instant, then does what is due because of it. */
  change<Result>(work: (tx: Query, nowMs: number) => Promise<Result>): Promise<Result>;
  isStopped(): boolean;
  /** A person has the clock in hand from now on: whoever moved it on his own account leaves it alone. */
  takeOver(): void;
  isTakenOver(): boolean;
  /** Stops the clock's running; waits for what is under way. */
  stop(): Promise<void>;
}

export interface SandboxOptions {
  readonly deps: Deps;
  readonly clock: SandboxClock;
  readonly speed: number;
  readonly parts: readonly WorldPart[];
  /** Left out: nothing is delivered. */
  readonly webhooks?: WebhookDeps;
}

/** How often the clock moves on by itself, in real time. */
const TICK_MS = 250;
/** A tick covers at most this much real time: when there is more to do than time, the clock lags and skips nothing. */
const TICK_REACH_MS = 1_000;
/** Lanes stepped in one transaction. */
const LANES_AT_ONCE = 100;
/** When something says that it is due and then does nothing, it is asked again so much later. */
const IDLE_STEP_MS = 1_000;

export function startSandbox({ deps, clock, parts, webhooks, ...options }: SandboxOptions): Sandbox {
  const inTurn = createTurns();
  const delivered = new Map<string, number>();
  let { speed } = options;
  let isStopped = false;
  let isTakenOver = false;
  let timer: NodeJS.Timeout | null = null;
  let tickedAtMs = deps.realClock.nowMs();

  async function earliestDueMs(): Promise<number> {
    const [carAtMs, laneAtMs, deliveryAtMs] = await Promise.all([
      readNextCarAtMs(deps.database),
      nextDueAtMs(deps),
      webhooks === undefined ? null : readNextDeliveryAtMs(deps.database),
    ]);
    const due = [carAtMs, laneAtMs, deliveryAtMs, ...parts.map((part) => part.nextAtMs())];
    return Math.min(...due.map((atMs) => atMs ?? Number.POSITIVE_INFINITY));
  }

  /** Everything that is due at the clock's instant, and what follows from it at the same instant. */
  async function liveInstant(): Promise<boolean> {
    const nowMs = clock.nowMs();
    const duePart = parts.filter((part) => (part.nextAtMs() ?? Number.POSITIVE_INFINITY) <= nowMs);
    const { ran, done } = await deps.database.transaction(async (tx) => {
      await saveSandboxTime(tx, nowMs);
      const done: (() => void)[] = [];
      for (const part of duePart) done.push(await part.run(tx, nowMs));
      return { ran: await runDueCars(tx, nowMs), done };
    });
    for (const remember of done) remember();
    const followed = await settle();
    // One try of each: what fails is due again later, by this clock.
    const tried = webhooks === undefined ? 0 : await deliverDue(webhooks);
    return ran > 0 || done.length > 0 || followed || tried > 0;
  }

  /** Lanes are stepped and their commands given to the cars, whose reports step the lanes again, until all is quiet. */
  async function settle(): Promise<boolean> {
    let hasDone = false;
    for (;;) {
      const stepped = await stepDueLanes();
      const given = await deliverToCars(deps.database, clock.nowMs(), delivered);
      hasDone ||= stepped > 0 || given > 0;
      if (given === 0) break;
    }
    if (hasDone) await placeEvents();
    return hasDone;
  }

  /** What happened at an instant can be read in the event log before the next one. */
  async function placeEvents(): Promise<void> {
    if ((await assignPositions(deps.database)) > 0) deps.bells?.placed.ring();
  }

  async function stepDueLanes(): Promise<number> {
    let stepped = 0;
    for (;;) {
      const count = await runDueLanes(deps, LANES_AT_ONCE);
      if (count === 0) return stepped;
      stepped += count;
    }
  }

  async function advance(targetMs: number): Promise<void> {
    // What people did while the clock stood.
    await placeEvents();
    // What calls over HTTP have caused is given to the cars before time moves.
    await settle();
    let notBeforeMs = clock.nowMs();
    for (;;) {
      const dueMs = Math.max(await earliestDueMs(), notBeforeMs);
      if (dueMs > targetMs || isStopped) break;
      clock.moveTo(dueMs);
      const hasDone = await liveInstant();
      notBeforeMs = hasDone ? dueMs : dueMs + IDLE_STEP_MS;
    }
    if (isStopped || targetMs <= clock.nowMs()) return;
    clock.moveTo(targetMs);
    await saveSandboxTime(deps.database, targetMs);
  }

  async function tick(): Promise<void> {
    const nowMs = deps.realClock.nowMs();
    const elapsedMs = Math.min(Math.max(nowMs - tickedAtMs, 0), TICK_REACH_MS);
    tickedAtMs = nowMs;
    // At speed 0 too: what came in over HTTP is taken in at the instant where the clock stands.
    await advance(Math.floor(clock.nowMs() + elapsedMs * speed));
  }

  function schedule(): void {
    timer = setTimeout(async () => {
      try {
        await inTurn(tick);
      } catch (error) {
        deps.log.error('the sandbox could not go on; it will try again', { error });
      }
      if (!isStopped) schedule();
    }, TICK_MS);
  }
  schedule();

  return {
    read: () => ({ nowMs: clock.nowMs(), speed }),
    advanceTo: (targetMs) =>
      inTurn(async () => {
        if (targetMs < clock.nowMs()) return false;
        await advance(targetMs);
        return true;
      }),
    setSpeed: (wanted) =>
      inTurn(async () => {
        await saveSandboxSpeed(deps.database, wanted);
        speed = wanted;
        tickedAtMs = deps.realClock.nowMs();
      }),
    change: (work) =>
      inTurn(async () => {
        const result = await deps.database.transaction((tx) => work(tx, clock.nowMs()));
        await settle();
        return result;
      }),
    isStopped: () => isStopped,
    takeOver: () => {
      isTakenOver = true;
    },
    isTakenOver: () => isTakenOver,
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await inTurn(async () => {});
    },
  };
}
