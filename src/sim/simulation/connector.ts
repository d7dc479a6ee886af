import { MINUTE_MS } from '../../domain/units.ts';
import { between, randomFor } from '../random.ts';
import type { ShownCommand } from './facts.ts';
import type { Fault } from './faults.ts';
import type { Fleet } from './fleet.ts';
import type { Parts } from './parts.ts';
import type { Resident } from './settle-in.ts';

/** An integrator's connector: it carries the commands of the ledger to the cars, and tells what came of them. */
export interface Connector {
  /** Those that wait, each attempt once. */
  carry(commands: readonly ShownCommand[]): Promise<void>;
}

export interface ConnectorOptions extends Omit<Parts, 'bornMs' | 'endMs'> {
  readonly fleet: Fleet;
}

const LOST_SHARE = 0.06;
const REFUSED_SHARE = 0.06;
const LATE_SHARE = 0.08;
const LATE_MAX_MS = 20 * MINUTE_MS;

export function createConnector(options: ConnectorOptions): Connector {
  const { call, fleet, seed, faults, queue, nowMs, note, tally } = options;
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  const residents = new Map(fleet.residents.map((resident) => [resident.vehicleId, resident]));

  /** A command that is not waited for any more is answered 409: that is no fault of anybody's. */
  async function tell(command: ShownCommand, outcome: 'CONFIRMED' | 'FAILED', reason: string | null) {
    const path = `/commands/${command.id}/result`;
    const { status, body } = await call('POST', path, { outcome, reason });
    if (status !== 200 && status !== 409) {
      throw new Error(`POST ${path} was answered ${status} ${JSON.stringify(body)}`);
    }
  }

  async function obey(resident: Resident, command: ShownCommand): Promise<void> {
    const answer = fleet.press(resident, command.kind, command.powerKw);
    if (answer === 'DONE') {
      if (resident.confirms) await tell(command, 'CONFIRMED', null);
    } else {
      const reason = answer === 'REFUSED' ? 'the car refused' : 'the car could not be reached';
      await tell(command, 'FAILED', reason);
    }
  }

  function disturb(fault: Fault, { vehicleId }: Resident): void {
    tally.happened(fault);
    note({ kind: 'disturbed', vehicleId, atMs: nowMs(), fault });
  }

  async function carryOne(resident: Resident, command: ShownCommand): Promise<void> {
    const { vehicleId, index } = resident;
    const number = (counts.get(vehicleId) ?? 0) + 1;
    counts.set(vehicleId, number);
    tally.counted('commands');
    const random = randomFor(seed, 'command', index, number);
    const [isLost, isRefused, isLate, by] = [
      random() < LOST_SHARE,
      random() < REFUSED_SHARE,
      random() < LATE_SHARE,
      random(),
    ];
    if (fleet.isSilent(resident)) return;
    if (faults.has('lost-commands') && isLost) {
      disturb('lost-commands', resident);
    } else if (faults.has('refused-commands') && isRefused) {
      disturb('refused-commands', resident);
      await tell(command, 'FAILED', 'the car refused');
    } else if (faults.has('late-commands') && isLate) {
      disturb('late-commands', resident);
      const atMs = nowMs() + Math.round(between(() => by, MINUTE_MS, LATE_MAX_MS));
      queue.add(atMs, async () => {
        if (!fleet.isSilent(resident)) await obey(resident, command);
      });
    } else {
      await obey(resident, command);
    }
  }

  return {
    async carry(commands) {
      for (const command of commands) {
        const { id, attempts, state, vehicleId, attemptedAtMs, expiresAtMs } = command;
        const key = `${id} ${attempts}`;
        const isWaiting = state === 'PENDING' && attemptedAtMs <= nowMs() && nowMs() < expiresAtMs;
        const resident = residents.get(vehicleId);
        if (!isWaiting || seen.has(key) || resident === undefined) continue;
        seen.add(key);
        await carryOne(resident, command);
      }
    },
  };
}
