import { describe, expect, it } from 'vitest';
import { CSV_HEADER, type CsvFacts, toCsvLine } from './session-csv.ts';

const SESSION: CsvFacts['session'] = {
  id: 'c3d4e5f6-a7b8-4012-9def-012345678902',
  policyId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  vehicleId: 'a1b2c3d4-e5f6-4789-8abc-def012345678',
  locationId: null,
  userId: 'user-17',
  state: 'SETTLED',
  pluggedInAtMs: Date.parse('2026-10-25T00:30:00Z'),
  pluggedOutAtMs: Date.parse('2026-10-25T06:00:00.500Z'),
  aggregated: { energyWh: 12_345, levelFromPercent: 40.4, levelToPercent: 61.5 },
  target: {
    kind: 'REGULAR',
    id: 1,
    source: 'POLICY',
    reservePercent: 20,
    targetPercent: 80,
    readyByMs: Date.parse('2026-10-25T06:00:00Z'),
  },
  outcome: { targetId: 1, kind: 'REGULAR', state: 'MISSED', levelAtReadyByPercent: 61, reachedAtMs: null },
  error: { code: 'NO_POWER', message: 'x', occurredAtMs: 0 },
  valuation: { currency: 'NOK', actualMicros: -1_500_000, baselineMicros: 250_001 },
};

function cellsOf(change: Partial<CsvFacts>): string[] {
  return toCsvLine({ session: SESSION, vehicleName: 'Blue', locationName: 'Home', ...change })
    .replace(/\r\n$/, '')
    .split(',');
}

describe('a session as a row of CSV', () => {
  it('has a cell for each column of the header', () => {
    const names = CSV_HEADER.trimEnd().split(',');
    const cells = cellsOf({});
    expect(Object.fromEntries(names.map((name, index) => [name, cells[index]]))).toEqual({
      id: SESSION.id,
      kind: 'managed',
      policyId: SESSION.policyId,
      userId: 'user-17',
      vehicleId: SESSION.vehicleId,
      vehicleName: 'Blue',
      locationId: '',
      locationName: 'Home',
      pluggedInAt: '2026-10-25T00:30:00Z',
      pluggedOutAt: '2026-10-25T06:00:00.500Z',
      kwhSum: '12.345',
      batteryFrom: '40',
      batteryTo: '62',
      targetType: 'REGULAR',
      minimumChargeTarget: '80',
      readyBy: '2026-10-25T06:00:00Z',
      outcome: 'MISSED',
      currency: 'NOK',
      cost: '-1.5',
      baseline: '0.250001',
      savings: '1.750001',
      error: 'NO_POWER',
    });
    expect(cells).toHaveLength(names.length);
  });

  it('leaves empty what is not there', () => {
    const session = {
      ...SESSION,
      policyId: null,
      aggregated: null,
      target: null,
      outcome: null,
      error: null,
    };
    const row = toCsvLine({
      session: { ...session, valuation: null },
      vehicleName: null,
      locationName: null,
    });
    expect(row).toBe(
      `${SESSION.id},unmanaged,,user-17,${SESSION.vehicleId},,,,2026-10-25T00:30:00Z,2026-10-25T06:00:00.500Z,` +
        ',,,,,,,,,,,\r\n',
    );
  });

  it.each([
    ['a, b', '"a, b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['=HYPERLINK("http://evil.example","x")', `"'=HYPERLINK(""http://evil.example"",""x"")"`],
    ['+47 99', "'+47 99"],
    ['-5', "'-5"],
    ['@cmd', "'@cmd"],
    [' =1', "' =1"],
    ['\u3000＝1', "'\u3000＝1"],
    ['a=b', 'a=b'],
    ['Bjørn’s bil 🚗', 'Bjørn’s bil 🚗'],
  ])('writes the name %j so that no reader takes it for more', (vehicleName, expected) => {
    expect(toCsvLine({ session: SESSION, vehicleName, locationName: null })).toContain(
      `${SESSION.vehicleId},${expected},,,`,
    );
  });
});
