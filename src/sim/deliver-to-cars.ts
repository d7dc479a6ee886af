import type { Database } from '../store/database.ts';
import { appendInputs } from '../store/inputs.ts';
import { readCar, readWaitingCommands } from '../store/sandbox.ts';
import { saveCarSteps } from './run-due-cars.ts';
import { commandCar, type SimulatedCar } from './simulated-car.ts';

/**
 * Gives the waiting commands to the simulated cars, each attempt once. A car that obeys reports at once, and by that
 * the command is confirmed; a refusal is told as the command's result. Gives how many were given.
 * `delivered` remembers the attempts given, by command id; after a restart one may be given again, which changes
 * nothing for a car.
 */
export async function deliverToCars(
  database: Database,
  nowMs: number,
  delivered: Map<string, number>,
): Promise<number> {
  const waiting = await readWaitingCommands<SimulatedCar>(database, nowMs);
  const fresh = waiting.filter(({ command }) => delivered.get(command.id) !== command.attempts);
  if (fresh.length > 0) {
    await database.transaction(async (tx) => {
      for (const { command, row } of fresh) {
        // Read again: an earlier command of this very list may have changed the car.
        const current = (await readCar<SimulatedCar>(tx, row.clientId, row.vehicleId)) ?? row;
        const { answer, ...step } = commandCar(current.car, nowMs, command.kind, command.powerKw);
        await saveCarSteps(tx, [{ row, step }], nowMs);
        if (answer === 'DONE') continue;
        await appendInputs(tx, [
          {
            clientId: row.clientId,
            vehicleId: row.vehicleId,
            input: {
              kind: 'command-result',
              receivedAtMs: nowMs,
              commandId: command.id,
              outcome: 'FAILED',
              reason: answer === 'REFUSED' ? 'the car refused' : 'the car could not be reached',
            },
            observedAtMs: nowMs,
            priority: 1,
          },
        ]);
      }
    });
  }
  delivered.clear();
  for (const { command } of waiting) delivered.set(command.id, command.attempts);
  return fresh.length;
}
