import { between, randomFor } from '../random.ts';
import type { HabitKind } from './habits.ts';

/** A home of the demonstration. */
interface Home {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly timezoneName: string;
  readonly zone: string;
  /** kW; null: the car decides. */
  readonly chargerPower: number | null;
  /** kW for all cars there together; null: the connection allows more than they draw. */
  readonly maxPower: number | null;
}

/** A car of the demonstration and the life it leads. */
export interface CastCar {
  readonly userId: string;
  readonly home: Home;
  readonly information: {
    readonly brand: string;
    readonly model: string;
    readonly year: number;
    readonly displayName: string;
  };
  readonly batteryCapacityKwh: number;
  readonly powerKw: number;
  readonly levelPercent: number;
  readonly habit: HabitKind;
  readonly kilometres: number;
  /** Null: nobody asked for it to be charged smartly; it charges when it is plugged in. */
  readonly policy: {
    readonly batteryReserve: number;
    readonly target: number;
    readonly deadline: string;
  } | null;
}

/**
 * The first cars are always the same dozen people; a larger world repeats them with other numbers. The levels at the
 * start come from the seed.
 */
export function castOf(count: number, seed: number): CastCar[] {
  return Array.from({ length: count }, (_, index) => {
    const car = DOZEN[index % DOZEN.length];
    if (car === undefined) throw new Error(`no car ${index}`);
    const levelPercent = Math.round(between(randomFor(seed, 'level', index), 35, 75));
    const round = Math.floor(index / DOZEN.length) + 1;
    if (round === 1) return { ...car, levelPercent };
    const information = { ...car.information, displayName: `${car.information.displayName} ${round}` };
    return { ...car, levelPercent, information, userId: `${car.userId}-${round}` };
  });
}

const OSLO = { timezoneName: 'Europe/Oslo', zone: 'DEMO-NO' };
const BERLIN = { timezoneName: 'Europe/Berlin', zone: 'DEMO-DE' };
const HELSINKI = { timezoneName: 'Europe/Helsinki', zone: 'DEMO-FI' };
const LONDON = { timezoneName: 'Europe/London', zone: 'DEMO-GB' };

const HARBOUR = {
  name: 'Harbour car pool, Oslo',
  latitude: 59.9075,
  longitude: 10.7533,
  ...OSLO,
  chargerPower: 11,
  maxPower: null,
};
/** Her two cars would draw 14.6 kW together: they take turns. */
const ANNA = {
  name: "Anna's house, Oslo",
  latitude: 59.9494,
  longitude: 10.7564,
  ...OSLO,
  chargerPower: null,
  maxPower: 11,
};
const ERIK = {
  name: "Erik's farm, Bergen",
  latitude: 60.3913,
  longitude: 5.3221,
  ...OSLO,
  chargerPower: null,
  maxPower: null,
};
const LENA = {
  name: "Lena's flat, Berlin",
  latitude: 52.4934,
  longitude: 13.4234,
  ...BERLIN,
  chargerPower: 7.4,
  maxPower: null,
};
const JONAS = {
  name: "Jonas's house, Hamburg",
  latitude: 53.5753,
  longitude: 10.0153,
  ...BERLIN,
  chargerPower: null,
  maxPower: null,
};
const CLARA = {
  name: "Clara's house, Munich",
  latitude: 48.1351,
  longitude: 11.582,
  ...BERLIN,
  chargerPower: null,
  maxPower: null,
};
const AINO = {
  name: "Aino's house, Helsinki",
  latitude: 60.1921,
  longitude: 24.9458,
  ...HELSINKI,
  chargerPower: null,
  maxPower: null,
};
const MIKKO = {
  name: "Mikko's house, Tampere",
  latitude: 61.4978,
  longitude: 23.761,
  ...HELSINKI,
  chargerPower: null,
  maxPower: null,
};
const OLIVIA = {
  name: "Olivia's house, London",
  latitude: 51.5416,
  longitude: -0.1433,
  ...LONDON,
  chargerPower: 7.4,
  maxPower: null,
};
const JAMES = {
  name: "James's cottage, Leeds",
  latitude: 53.8008,
  longitude: -1.5491,
  ...LONDON,
  chargerPower: null,
  maxPower: null,
};

const MORNING = { batteryReserve: 20, target: 80, deadline: '07:00' };

const DOZEN: readonly Omit<CastCar, 'levelPercent'>[] = [
  {
    userId: 'harbour-pool',
    home: HARBOUR,
    information: { brand: 'Volkswagen', model: 'ID. Buzz', year: 2025, displayName: 'Pool van' },
    batteryCapacityKwh: 79,
    powerKw: 11,
    habit: 'shared-van',
    kilometres: 45,
    policy: { batteryReserve: 55, target: 55, deadline: '06:00' },
  },
  {
    userId: 'anna',
    home: ANNA,
    information: { brand: 'Volvo', model: 'EX30', year: 2024, displayName: "Anna's EX30" },
    batteryCapacityKwh: 64,
    powerKw: 11,
    habit: 'commuter',
    kilometres: 55,
    policy: MORNING,
  },
  {
    userId: 'anna',
    home: ANNA,
    information: { brand: 'Nissan', model: 'Leaf', year: 2019, displayName: 'The old Leaf' },
    batteryCapacityKwh: 36,
    powerKw: 3.6,
    habit: 'homebody',
    kilometres: 60,
    policy: { batteryReserve: 30, target: 90, deadline: '09:00' },
  },
  {
    userId: 'erik',
    home: ERIK,
    information: { brand: 'Ford', model: 'F-150 Lightning', year: 2023, displayName: 'Farm truck' },
    batteryCapacityKwh: 98,
    powerKw: 11,
    habit: 'commuter',
    kilometres: 110,
    policy: { batteryReserve: 25, target: 85, deadline: '06:30' },
  },
  {
    userId: 'lena',
    home: LENA,
    information: { brand: 'Renault', model: '5', year: 2025, displayName: "Lena's R5" },
    batteryCapacityKwh: 52,
    powerKw: 7.4,
    habit: 'commuter',
    kilometres: 45,
    policy: MORNING,
  },
  {
    userId: 'jonas',
    home: JONAS,
    information: { brand: 'Tesla', model: 'Model Y', year: 2022, displayName: "Jonas's Model Y" },
    batteryCapacityKwh: 75,
    powerKw: 11,
    habit: 'charges-at-work',
    kilometres: 85,
    policy: { batteryReserve: 20, target: 80, deadline: '07:15' },
  },
  {
    userId: 'clara',
    home: CLARA,
    information: { brand: 'BMW', model: 'iX1', year: 2024, displayName: "Clara's iX1" },
    batteryCapacityKwh: 65,
    powerKw: 11,
    habit: 'homebody',
    kilometres: 90,
    policy: { batteryReserve: 30, target: 80, deadline: '08:30' },
  },
  {
    userId: 'aino',
    home: AINO,
    information: { brand: 'Skoda', model: 'Enyaq', year: 2023, displayName: "Aino's Enyaq" },
    batteryCapacityKwh: 77,
    powerKw: 11,
    habit: 'commuter',
    kilometres: 70,
    policy: MORNING,
  },
  {
    userId: 'mikko',
    home: MIKKO,
    information: { brand: 'Kia', model: 'EV6', year: 2022, displayName: "Mikko's EV6" },
    batteryCapacityKwh: 74,
    powerKw: 7.4,
    habit: 'night-worker',
    kilometres: 60,
    policy: { batteryReserve: 20, target: 75, deadline: '20:30' },
  },
  {
    userId: 'olivia',
    home: OLIVIA,
    information: { brand: 'MG', model: 'MG4', year: 2023, displayName: "Olivia's MG4" },
    batteryCapacityKwh: 61,
    powerKw: 7.4,
    habit: 'commuter',
    kilometres: 50,
    policy: { batteryReserve: 20, target: 80, deadline: '07:00' },
  },
  {
    userId: 'james',
    home: JAMES,
    information: { brand: 'Hyundai', model: 'Kona', year: 2021, displayName: "James's Kona" },
    batteryCapacityKwh: 64,
    powerKw: 7.2,
    habit: 'homebody',
    kilometres: 70,
    policy: null,
  },
  {
    userId: 'erik',
    home: ERIK,
    information: { brand: 'Polestar', model: '2', year: 2023, displayName: "Erik's Polestar" },
    batteryCapacityKwh: 79,
    powerKw: 7.4,
    habit: 'charges-at-work',
    kilometres: 75,
    policy: { batteryReserve: 20, target: 80, deadline: '07:30' },
  },
];
