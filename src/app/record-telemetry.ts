import type { Reading } from '../domain/reading.ts';
import { FUTURE_READING_TOLERANCE_MS } from '../domain/rules.ts';
import { MINUTE_MS } from '../domain/units.ts';
import type { Query } from '../store/database.ts';
import { appendInputs, type InputRow } from '../store/inputs.ts';
import { readLocationUsers } from '../store/locations.ts';
import { lockVehiclePlugs, type VehiclePlug } from '../store/vehicles.ts';
import { type ObservationIn, observationIn, toReading } from '../wire/telemetry.ts';
import type { Deps } from './deps.ts';

export interface TelemetryRequest {
  readonly clientId: string;
  /** Not checked yet: one that is malformed does not spoil the others. */
  readonly observations: readonly unknown[];
}

interface RejectedItem {
  readonly index: number;
  /** Of the field at fault, within the item; empty for the whole of it. */
  readonly path: string;
  readonly reason: string;
}

export interface TelemetryOutcome {
  readonly accepted: number;
  readonly duplicates: number;
  /** By index. */
  readonly rejected: readonly RejectedItem[];
}

/**
 * Appends the readings of any number of requests to the log and the inbox in ONE transaction; they are durable when
 * this is fulfilled. The outcomes are in the order of the requests.
 */
export async function recordTelemetry(
  deps: Deps,
  requests: readonly TelemetryRequest[],
  retentionMs: number,
): Promise<TelemetryOutcome[]> {
  const nowMs = deps.clock.nowMs();
  const items = requests.flatMap((request, requestIndex) =>
    request.observations.map((observation, index) => ({
      requestIndex,
      index,
      clientId: request.clientId,
      checked: checkItem(observation, nowMs, retentionMs),
    })),
  );
  return deps.database.transaction(async (tx) => {
    const known = await readKnown(
      tx,
      items.flatMap(({ clientId, checked }) => (checked.ok ? [{ clientId, item: checked.item }] : [])),
    );
    const outcomes = requests.map(() => ({ accepted: 0, duplicates: 0, rejected: [] as RejectedItem[] }));
    const lastPlugs = new Map<string, boolean | null>();
    const rows: InputRow[] = [];
    const rowRequests: number[] = [];
    for (const { requestIndex, index, clientId, checked } of items) {
      const fault = checked.ok ? faultOf(clientId, checked.item, known) : checked;
      if (checked.ok && fault === null) {
        const { item } = checked;
        const vehicleKey = `${clientId}/${item.vehicleId}`;
        const reading = toReading(item);
        const plug = plugOf(reading);
        const lastPlug = lastPlugs.get(vehicleKey) ?? known.plugs.get(vehicleKey)?.isPluggedIn ?? null;
        if (plug !== null) lastPlugs.set(vehicleKey, plug);
        rows.push({
          clientId,
          vehicleId: item.vehicleId,
          input: { kind: 'reading', reading, receivedAtMs: nowMs },
          observedAtMs: item.observedAt,
          priority: plug !== null && plug !== lastPlug ? 0 : 1,
        });
        rowRequests.push(requestIndex);
      } else if (fault !== null) {
        outcomes[requestIndex]?.rejected.push({ index, path: fault.path, reason: fault.reason });
      }
    }
    const { accepted } = rows.length === 0 ? { accepted: [] } : await appendInputs(tx, rows);
    for (const [position, requestIndex] of rowRequests.entries()) {
      const outcome = outcomes[requestIndex];
      if (outcome === undefined) continue;
      if (accepted[position] === true) outcome.accepted += 1;
      else outcome.duplicates += 1;
    }
    return outcomes;
  });
}

type Fault = { readonly ok: false; readonly path: string; readonly reason: string };
type Checked = { readonly ok: true; readonly item: ObservationIn } | Fault;

function checkItem(observation: unknown, nowMs: number, retentionMs: number): Checked {
  const parsed = observationIn.safeParse(observation);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.join('.') ?? '';
    return { ok: false, path, reason: `malformed${path === '' ? '' : ` ${path}`}: ${issue?.message}` };
  }
  const { observedAt } = parsed.data;
  if (observedAt > nowMs + FUTURE_READING_TOLERANCE_MS) {
    const minutes = FUTURE_READING_TOLERANCE_MS / MINUTE_MS;
    return { ok: false, path: 'observedAt', reason: `observedAt is more than ${minutes} min in the future` };
  }
  if (observedAt < nowMs - retentionMs) {
    return { ok: false, path: 'observedAt', reason: 'observedAt is older than the retention of readings' };
  }
  return { ok: true, item: parsed.data };
}

interface Known {
  readonly plugs: ReadonlyMap<string, VehiclePlug>;
  readonly locationUsers: ReadonlyMap<string, string>;
}

async function readKnown(
  tx: Query,
  items: readonly { readonly clientId: string; readonly item: ObservationIn }[],
): Promise<Known> {
  const vehicles = new Map<string, { readonly clientId: string; readonly vehicleId: string }>();
  const locations = new Map<string, { readonly clientId: string; readonly locationId: string }>();
  for (const { clientId, item } of items) {
    vehicles.set(`${clientId}/${item.vehicleId}`, { clientId, vehicleId: item.vehicleId });
    if (item.locationId != null) {
      locations.set(`${clientId}/${item.locationId}`, { clientId, locationId: item.locationId });
    }
  }
  return {
    plugs: vehicles.size === 0 ? new Map() : await lockVehiclePlugs(tx, [...vehicles.values()]),
    locationUsers: locations.size === 0 ? new Map() : await readLocationUsers(tx, [...locations.values()]),
  };
}

function faultOf(clientId: string, item: ObservationIn, known: Known): Fault | null {
  const vehicle = known.plugs.get(`${clientId}/${item.vehicleId}`);
  if (vehicle === undefined) return { ok: false, path: 'vehicleId', reason: 'unknown vehicle' };
  if (item.locationId == null) return null;
  return known.locationUsers.get(`${clientId}/${item.locationId}`) === vehicle.userId
    ? null
    : { ok: false, path: 'locationId', reason: "locationId is no location of the vehicle's user" };
}

/** What a reading says of the plug: by itself, or by the state of delivery. */
function plugOf(reading: Reading): boolean | null {
  if (reading.isPluggedIn != null) return reading.isPluggedIn;
  const state = reading.powerDeliveryState ?? 'UNKNOWN';
  return state === 'UNKNOWN' ? null : state !== 'UNPLUGGED';
}
