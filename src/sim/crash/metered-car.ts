import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/units.ts';
import { between, type Random } from '../random.ts';

/** A reading as it is sent. */
export interface Observation {
  readonly vehicleId: string;
  readonly observedAt: string;
  readonly isPluggedIn: boolean;
  readonly powerDeliveryState: 'UNPLUGGED' | 'PLUGGED_IN:STOPPED' | 'PLUGGED_IN:CHARGING';
  /** kWh. */
  readonly energyMeter: number;
  readonly batteryLevel: number;
  readonly chargeRate: number;
  readonly locationId?: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

/** A reading to be sent; an edge, a change of the plug, has to arrive before what follows it. */
export interface Telling {
  readonly observation: Observation;
  readonly isEdge: boolean;
}

/** Plugged in once, or again within the grace: one session, or several where the grace had ended meanwhile. */
export interface Stay {
  readonly isManaged: boolean;
  readonly plugInsAtMs: readonly number[];
  readonly plugOutAtMs: number | null;
  readonly meterFromWh: number;
  readonly meterToWh: number;
}

/** A car whose meter knows the truth. It charges as it likes; what the service wishes it to do it does not hear. */
export interface MeteredCar {
  readonly vehicleId: string;
  readonly policyId: string | null;
  stays(): readonly Stay[];
  /** Lives on to an instant, and gives what it has to tell, in order. */
  liveUntil(nowMs: number): Telling[];
  /** Plugged out, a minute after its last reading; null where it was. */
  plugOut(): Telling | null;
  /** Plugged in at home, long after its last plug-out, without charging. */
  plugInForGood(): Telling;
}

export interface CarOptions {
  readonly vehicleId: string;
  readonly locationId: string;
  /** Null: every visit is unmanaged. */
  readonly policyId: string | null;
  readonly startMs: number;
  readonly random: Random;
}

const POWER_MAX_KW = 11;
const READINGS_AT_ONCE_MAX = 4;
const READING_GAP_MIN_MS = 20 * SECOND_MS;
/** Well beyond the grace, so that the next plug-in is another visit. */
const ABSENCE_MIN_MS = 8 * MINUTE_MS;
const ABSENCE_MAX_MS = 40 * MINUTE_MS;
/** Within it. */
const REPLUG_MAX_MS = 4 * MINUTE_MS;
/** Far from every location. */
const AWAY = { latitude: 48.85, longitude: 2.35 };

export function createMeteredCar({
  vehicleId,
  locationId,
  policyId,
  startMs,
  random,
}: CarOptions): MeteredCar {
  const stays: Stay[] = [];
  let atMs = startMs;
  let meterWh = Math.floor(between(random, 1_000, 9_000_000));
  let levelPercent = Math.floor(between(random, 10, 60));
  let plugInAtMs = startMs + Math.floor(between(random, 1, 30) * MINUTE_MS);
  let isPluggedIn = false;
  let isCharging = false;
  let powerKw = 0;
  let place: Pick<Observation, 'locationId' | 'latitude' | 'longitude'> = { locationId };

  function tell(isEdge: boolean): Telling {
    const state = isCharging ? 'PLUGGED_IN:CHARGING' : 'PLUGGED_IN:STOPPED';
    return {
      isEdge,
      observation: {
        vehicleId,
        observedAt: new Date(atMs).toISOString(),
        isPluggedIn,
        powerDeliveryState: isPluggedIn ? state : 'UNPLUGGED',
        energyMeter: meterWh / 1000,
        batteryLevel: Math.min(100, levelPercent),
        chargeRate: isCharging ? Number(powerKw.toFixed(1)) : 0,
        ...(isPluggedIn ? place : {}),
      },
    };
  }

  function change(stay: Partial<Stay>): void {
    const last = stays.at(-1);
    if (last !== undefined) stays[stays.length - 1] = { ...last, ...stay };
  }

  function plugIn(): Telling {
    isPluggedIn = true;
    const last = stays.at(-1);
    const isReplug = last?.plugOutAtMs != null && atMs - last.plugOutAtMs <= REPLUG_MAX_MS;
    if (isReplug) {
      change({ plugInsAtMs: [...last.plugInsAtMs, atMs], plugOutAtMs: null });
      return tell(true);
    }
    const isAway = policyId !== null && random() < 0.15;
    place = isAway ? AWAY : { locationId };
    const isManaged = policyId !== null && !isAway;
    stays.push({
      isManaged,
      plugInsAtMs: [atMs],
      plugOutAtMs: null,
      meterFromWh: meterWh,
      meterToWh: meterWh,
    });
    setCharging(random() < 0.5);
    return tell(true);
  }

  function plugOut(): Telling {
    isPluggedIn = false;
    setCharging(false);
    change({ plugOutAtMs: atMs });
    const isShort = stays.at(-1)?.isManaged === true && random() < 0.2;
    const absenceMs = isShort
      ? between(random, MINUTE_MS, REPLUG_MAX_MS)
      : between(random, ABSENCE_MIN_MS, ABSENCE_MAX_MS);
    plugInAtMs = Math.ceil(atMs + absenceMs);
    if (!isShort) levelPercent = Math.floor(between(random, 10, 60));
    return tell(true);
  }

  function setCharging(wanted: boolean): void {
    isCharging = wanted;
    powerKw = wanted ? between(random, 2, POWER_MAX_KW) : 0;
  }

  /** The meter grows by what flowed, which is not what the power told. */
  function flowUntil(nextMs: number): void {
    const flowedWh = isCharging
      ? Math.floor((between(random, 0, POWER_MAX_KW) * 1000 * (nextMs - atMs)) / HOUR_MS)
      : 0;
    atMs = nextMs;
    meterWh += flowedWh;
    levelPercent += flowedWh / 1_000;
    if (isPluggedIn) change({ meterToWh: meterWh });
  }

  function live(): Telling {
    if (random() < 0.07) return plugOut();
    if (random() < 0.2) setCharging(!isCharging);
    return tell(false);
  }

  return {
    vehicleId,
    policyId,
    stays: () => stays,
    liveUntil(nowMs) {
      const told: Telling[] = [];
      const gapMs = Math.max(READING_GAP_MIN_MS, (nowMs - atMs) / READINGS_AT_ONCE_MAX);
      while (told.length < READINGS_AT_ONCE_MAX) {
        const nextMs = isPluggedIn ? Math.floor(atMs + gapMs * between(random, 0.5, 1)) : plugInAtMs;
        if (nextMs > nowMs) break;
        flowUntil(nextMs);
        told.push(isPluggedIn ? live() : plugIn());
      }
      return told;
    },
    plugOut() {
      if (!isPluggedIn) return null;
      flowUntil(atMs + MINUTE_MS);
      return plugOut();
    },
    plugInForGood() {
      atMs = Math.max(plugInAtMs, atMs + ABSENCE_MIN_MS);
      isPluggedIn = true;
      place = { locationId };
      const isManaged = policyId !== null;
      stays.push({
        isManaged,
        plugInsAtMs: [atMs],
        plugOutAtMs: null,
        meterFromWh: meterWh,
        meterToWh: meterWh,
      });
      setCharging(false);
      return tell(true);
    },
  };
}
