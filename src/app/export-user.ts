import type { Session } from '../domain/session.ts';
import type { LedgerCommand } from '../store/commands.ts';
import { readUserLocations } from '../store/locations.ts';
import { readUserPolicies } from '../store/policies.ts';
import { readUserRows } from '../store/users.ts';
import { readUserVehicleIds, readVehicle } from '../store/vehicles.ts';
import { toWireCommand } from '../wire/command.ts';
import { toWireLocation } from '../wire/location.ts';
import { toWirePolicy } from '../wire/policy.ts';
import { toInstant } from '../wire/scalars.ts';
import { toWireSession } from '../wire/session.ts';
import type { UserExport } from '../wire/user-export.ts';
import { toWireVehicle } from '../wire/vehicle.ts';
import type { Deps } from './deps.ts';
import { no, type Result, yes } from './result.ts';

/** Everything that is stored of a user, as of one instant. */
export async function exportUser(deps: Deps, clientId: string, userId: string): Promise<Result<UserExport>> {
  const nowMs = deps.clock.nowMs();
  return deps.database.transaction(
    async (tx) => {
      const locations = await readUserLocations(tx, clientId, userId);
      const policies = await readUserPolicies(tx, clientId, userId);
      const vehicles: UserExport['vehicles'] = [];
      for (const id of await readUserVehicleIds(tx, clientId, userId)) {
        const view = await readVehicle(tx, clientId, id);
        if (view !== null) vehicles.push(toWireVehicle(view));
      }
      const rows = await readUserRows(tx, clientId, userId);
      const parts = [locations, policies, vehicles, ...Object.values(rows)];
      if (parts.every((part) => part.length === 0)) {
        return no('not-found', `Nothing is stored of a user ${userId}.`);
      }
      return yes({
        userId,
        exportedAt: toInstant(nowMs),
        locations: locations.map(toWireLocation),
        vehicles,
        policies: policies.map((policy) => toWirePolicy(policy, null)),
        sessions: rows.sessions.map((session: Session) => toWireSession(session, nowMs)),
        inputs: rows.inputs.map((input) => ({
          vehicleId: input.vehicleId,
          observedAt: toInstant(input.observedAtMs),
          receivedAt: toInstant(input.receivedAtMs),
          kind: input.kind,
          content: input.content,
        })),
        commands: rows.commands.map((command: LedgerCommand) => toWireCommand(command, nowMs)),
        events: rows.events.map((body): unknown => JSON.parse(body)),
      });
    },
    { isolation: 'repeatable read', isReadOnly: true },
  );
}
