import { UNMANAGED_ENERGY_MIN_WH } from '../../domain/rules.ts';
import type { WireSession } from '../../wire/session.ts';
import type { MeteredCar, Stay } from './metered-car.ts';

/** What the API shows at the end. */
export interface Shown {
  readonly settled: readonly WireSession[];
  readonly current: readonly WireSession[];
}

/** The energy of a session may differ so much from the meter. */
const TOLERANCE_WH = 1;

/** What is wrong with the sessions that are shown, against what the cars' meters know; a sentence for each fault. */
export function judgeSessions(cars: readonly MeteredCar[], { settled, current }: Shown): string[] {
  return [
    ...cars.flatMap((car) => judgeCar(car, settled, current)),
    ...[...settled, ...current].flatMap(judgeSums),
    ...judgeCurrent(cars, current),
    ...[...repeated(settled.map(({ id }) => id))].map((id) => `session ${id} is listed twice`),
  ];
}

function judgeCar(
  car: MeteredCar,
  settled: readonly WireSession[],
  current: readonly WireSession[],
): string[] {
  const own = [...settled, ...current].filter(
    ({ vehicleId, pluggedInAt }) => vehicleId === car.vehicleId && pluggedInAt !== null,
  );
  const stays = car.stays().map((stay) => ({
    stay,
    sessions: own.filter(({ pluggedInAt }) => stay.plugInsAtMs.includes(atMs(pluggedInAt))),
  }));
  const known = new Set(stays.flatMap(({ sessions }) => sessions));
  const strangers = own.filter((session) => !known.has(session));
  const meterWh = sum(stays.map(({ stay }) => (isShown(stay) ? stay.meterToWh - stay.meterFromWh : 0)));
  const countedWh = sum(own.map(energyOf));
  return [
    ...stays.flatMap(({ stay, sessions }) => judgeStay(car, stay, sessions)),
    ...strangers.map(
      (session) => `session ${session.id} began at ${session.pluggedInAt}, when no car was plugged in`,
    ),
    ...(Math.abs(meterWh - countedWh) > TOLERANCE_WH
      ? [`vehicle ${car.vehicleId}: its meter says ${meterWh} Wh, its sessions ${countedWh} Wh`]
      : []),
  ];
}

function judgeStay({ vehicleId }: MeteredCar, stay: Stay, sessions: readonly WireSession[]): string[] {
  const which = `visit of ${vehicleId} at ${new Date(stay.plugInsAtMs[0] ?? 0).toISOString()}`;
  if (!isShown(stay)) {
    return sessions.map(({ id }) => `${which}: session ${id} is shown, though hardly any energy flowed`);
  }
  const faults: string[] = [];
  const say = (text: string) => faults.push(`${which}: ${text}`);
  // A replug may find the grace over, by the clock of the service: then each part is a session.
  if (sessions.length === 0 || sessions.length > stay.plugInsAtMs.length) {
    say(`expected 1 to ${stay.plugInsAtMs.length} sessions, got ${sessions.length}`);
  }
  for (const twice of repeated(sessions.map(({ pluggedInAt }) => String(pluggedInAt)))) {
    say(`shown twice, plugged in at ${twice}`);
  }
  const meterWh = stay.meterToWh - stay.meterFromWh;
  const countedWh = sum(sessions.map(energyOf));
  if (Math.abs(meterWh - countedWh) > TOLERANCE_WH)
    say(`the meter says ${meterWh} Wh, sessions ${countedWh} Wh`);
  if (sessions.some(({ policyId }) => (policyId !== null) !== stay.isManaged)) {
    say(`expected ${stay.isManaged ? 'a managed' : 'an unmanaged'} session`);
  }
  const lastOutAtMs = Math.max(...sessions.map(({ pluggedOutAt }) => atMs(pluggedOutAt)));
  if (sessions.length > 0 && stay.plugOutAtMs !== null && lastOutAtMs !== stay.plugOutAtMs) {
    say(
      `plugged out at ${new Date(stay.plugOutAtMs).toISOString()}, not at ${new Date(lastOutAtMs).toISOString()}`,
    );
  }
  return faults;
}

/** An unmanaged visit is written when it ends, where energy flowed. */
function isShown({ isManaged, plugOutAtMs, meterFromWh, meterToWh }: Stay): boolean {
  return isManaged || (plugOutAtMs !== null && meterToWh - meterFromWh >= UNMANAGED_ENERGY_MIN_WH);
}

/** Σ timeseries = aggregated; = Σ blocks where none runs. */
function judgeSums(session: WireSession): string[] {
  const { id, state, policyId, statistics, blocks } = session;
  const energyWh = energyOf(session);
  const seriesWh = sum(statistics.timeseries.map(({ kwh }) => toWh(kwh)));
  const blocksWh = sum(blocks.map(({ kwhSum }) => toWh(kwhSum)));
  return [
    ...(seriesWh === energyWh
      ? []
      : [`session ${id}: ${energyWh} Wh, but its timeseries holds ${seriesWh} Wh`]),
    ...(state !== 'SETTLED' || policyId === null || blocksWh === energyWh
      ? []
      : [`session ${id}: ${energyWh} Wh, but its blocks hold ${blocksWh} Wh`]),
  ];
}

/** Exactly one current session for each live policy. */
function judgeCurrent(cars: readonly MeteredCar[], current: readonly WireSession[]): string[] {
  const policies = cars.flatMap(({ policyId }) => (policyId === null ? [] : [policyId]));
  const strangers = current.filter(({ policyId }) => policyId === null || !policies.includes(policyId));
  return [
    ...strangers.map(({ id }) => `session ${id} is current and belongs to no live policy`),
    ...policies.flatMap((policy) => {
      const count = current.filter(({ policyId }) => policyId === policy).length;
      return count === 1 ? [] : [`policy ${policy} has ${count} current sessions`];
    }),
  ];
}

/** The settled sessions that are not as they were shown before. */
export function judgeUnchanged(
  before: ReadonlyMap<string, string>,
  settled: readonly WireSession[],
): string[] {
  const now = new Map(settled.map((session) => [session.id, JSON.stringify(session)]));
  return [...before].flatMap(([id, shown]) =>
    now.get(id) === shown ? [] : [`settled session ${id} changed from ${shown} to ${now.get(id)}`],
  );
}

function energyOf({ statistics }: WireSession): number {
  return toWh(statistics.aggregated?.kwhSum ?? 0);
}

function toWh(kwh: number): number {
  return Math.round(kwh * 1000);
}

function atMs(instant: string | null): number {
  return instant === null ? Number.NaN : Date.parse(instant);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Each value that is there more than once. */
function repeated(values: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) twice.add(value);
    seen.add(value);
  }
  return twice;
}
