import { type LedgerCommand, readCommand } from '../store/commands.ts';
import { lockVehicle } from '../store/vehicles.ts';
import { isOpen } from '../wire/command.ts';
import { applyInputs } from './apply-inputs.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';

/** What became of a command, told by the connector that carried it out. */
export async function reportCommand(
  deps: Deps,
  clientId: string,
  commandId: string,
  outcome: 'CONFIRMED' | 'FAILED',
  reason: string | null,
): Promise<Result<LedgerCommand>> {
  const missing = no('not-found', `There is no command ${commandId}.`);
  return decide(deps.database, async (tx) => {
    const command = await readCommand(tx, clientId, commandId);
    if (command === null || (await lockVehicle(tx, clientId, command.vehicleId, 'share')) === null)
      return missing;
    const nowMs = deps.clock.nowMs();
    if (!isOpen(command, nowMs)) {
      const state = command.state === 'PENDING' ? 'EXPIRED' : command.state;
      return no('conflict', `The command is ${state}: it waits for no result.`);
    }
    const stepped = await applyInputs(tx, deps, clientId, command.vehicleId, [
      { kind: 'command-result', commandId, outcome, reason, receivedAtMs: nowMs },
    ]);
    if (!stepped.ok) return stepped;
    const after = await readCommand(tx, clientId, commandId);
    return after === null ? missing : yes(after);
  });
}
