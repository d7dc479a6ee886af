import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../domain/units.ts';
import { csvFields } from './csv.ts';
import { readPricesCsv } from './prices-csv.ts';
import { readSessionsCsv, type SessionRow } from './sessions-csv.ts';
import { priceSession } from './usable-sessions.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidewatt-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function file(...lines: string[]): string {
  files += 1;
  const path = join(folder, `${files}.csv`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

describe('fields of a line', () => {
  it.each([
    ['a,b,,d', ['a', 'b', '', 'd']],
    ['"a,b",c', ['a,b', 'c']],
    [',x,"a,b"', ['', 'x', 'a,b']],
    ['x,"he said ""no""",', ['x', 'he said "no"', '']],
  ])('%s', (line, fields) => {
    expect(csvFields(line)).toEqual(fields);
  });
});

describe('prices', () => {
  const HEAD = 'end_utc,start_utc,price_eur_per_mwh';

  it('come per kWh, whatever the order of the columns; an empty one is a hole', async () => {
    const prices = await readPricesCsv(
      file(
        HEAD,
        '2026-01-05T01:00:00Z,2026-01-05T00:00:00Z,-12.5',
        '2026-01-05T02:00:00Z,2026-01-05T01:00:00Z,',
        '2026-01-05T03:15:00Z,2026-01-05T03:00:00Z,100',
      ),
    );
    const start = Date.UTC(2026, 0, 5);
    expect(prices).toEqual({
      currency: 'EUR',
      slots: [
        { startAtMs: start, endAtMs: start + HOUR_MS, price: -0.0125, provenance: 'known' },
        { startAtMs: start + 3 * HOUR_MS, endAtMs: start + 3.25 * HOUR_MS, price: 0.1, provenance: 'known' },
      ],
    });
  });

  it('names a folder given for a file', async () => {
    await expect(readPricesCsv(folder)).rejects.toThrow(`${folder}: expected a file, it is a folder`);
  });

  it('names a file that is not there', async () => {
    const file = join(folder, 'none.csv');
    await expect(readPricesCsv(file)).rejects.toThrow(`${file}: expected a file that can be read`);
  });

  it.each([
    ['no price column', ['start_utc,end_utc,price', 'x,y,1'], 'price_eur_per_mwh'],
    ['no end', ['start_utc,price_usd_per_kwh', 'x,1'], 'expected the column end_utc'],
    ['no rows', [HEAD], 'at least one price'],
    ['nothing at all', [''], 'the file is empty'],
    ['a bad time', [HEAD, 'never,2026-01-05T00:00:00Z,1'], 'row 2: end_utc is "never", expected an instant'],
    [
      'an end before its start',
      [HEAD, '2026-01-05T00:00:00Z,2026-01-05T00:00:00Z,1'],
      'row 2: end_utc is "2026-01-05T00:00:00Z", expected an instant after start_utc',
    ],
    [
      'a bad price',
      [HEAD, '2026-01-05T01:00:00Z,2026-01-05T00:00:00Z,"87,5"'],
      'row 2: price_eur_per_mwh is "87,5", expected a number such as 87.5',
    ],
    [
      'rows that overlap',
      [HEAD, '2026-01-05T01:00:00Z,2026-01-05T00:00:00Z,1', '2026-01-05T01:30:00Z,2026-01-05T00:30:00Z,1'],
      'row 3',
    ],
  ])('%s is named', async (_name, lines, message) => {
    await expect(readPricesCsv(file(...lines))).rejects.toThrow(message);
  });
});

describe('sessions', () => {
  const HEAD =
    'flags,session_id,user_id,plugged_in_at_utc,plugged_out_at_utc,plugged_in_at_local,energy_kwh,est_charging_power_kw,est_battery_capacity_kwh,est_soc_start_pct';

  async function read(timezone: string, weeks: number, ...rows: string[]): Promise<SessionRow[]> {
    const found: SessionRow[] = [];
    for await (const row of readSessionsCsv(file(HEAD, ...rows), timezone, weeks)) found.push(row);
    return found;
  }
  const EVENING =
    's1,u1,2019-02-06T17:00:00Z,2019-02-07T06:30:00Z,2019-02-06T18:00:00+01:00,12.5,3.6,40.25,50.1';

  it.each([
    ['where it was', 'Europe/Oslo', 0, '2019-02-06T17:00:00Z'],
    ['in summer the evening stays at 18:00', 'Europe/Oslo', 24, '2019-07-24T16:00:00Z'],
    ['on another continent too', 'America/Los_Angeles', 208, '2023-02-02T02:00:00Z'],
  ])('%s', async (_name, timezone, weeks, pluggedInAt) => {
    const pluggedInAtMs = Date.parse(pluggedInAt);
    expect(await read(timezone, weeks, `,${EVENING}`)).toEqual([
      {
        kind: 'session',
        session: {
          id: 's1',
          userId: 'u1',
          pluggedInAtMs,
          pluggedOutAtMs: pluggedInAtMs + 13.5 * HOUR_MS,
          powerKw: 3.6,
          capacityWh: 40_250,
          startPercent: 50.1,
          energyKwh: 12.5,
        },
      },
    ]);
  });

  it.each([
    ['no_plug_out', `no_plug_out,${EVENING}`],
    ['no_plug_out', ',s,u,2019-02-06T17:00:00Z,,2019-02-06T18:00:00+01:00,12.5,3.6,40,50'],
    ['no_estimate', `no_estimate;spans_dst_change,${EVENING}`],
    ['no_estimate', ',s,u,2019-02-06T17:00:00Z,2019-02-07T06:30:00Z,2019-02-06T18:00:00+01:00,12.5,,,'],
    ['energy_exceeds_est_power', `overlaps_same_user;energy_exceeds_est_power,${EVENING}`],
    [
      'energy_exceeds_est_power',
      ',s,u,2019-02-06T17:00:00Z,2019-02-07T06:30:00Z,2019-02-06T18:00:00+01:00,500,3.6,40,50',
    ],
    [
      'zero_length',
      ',s,u,2019-02-06T17:00:00Z,2019-02-06T17:00:00Z,2019-02-06T18:00:00+01:00,12.5,3.6,40,50',
    ],
  ])('left out as %s', async (reason, row) => {
    expect(await read('Europe/Oslo', 0, row)).toEqual([{ kind: 'unusable', reason }]);
  });

  it.each([
    ['plugged_in_at_utc', 'noon', ',s,u,noon,2019-02-07T06:30:00Z,2019-02-06T18:00:00+01:00,12.5,3.6,40,50'],
    [
      'est_charging_power_kw',
      '0',
      ',s,u,2019-02-06T17:00:00Z,2019-02-07T06:30:00Z,2019-02-06T18:00:00+01:00,12.5,0,40,50',
    ],
    ['plugged_in_at_local', 'x', ',s,u,2019-02-06T17:00:00Z,2019-02-07T06:30:00Z,x,12.5,3.6,40,50'],
    [
      'energy_kwh',
      '12,5',
      ',s,u,2019-02-06T17:00:00Z,2019-02-07T06:30:00Z,2019-02-06T18:00:00+01:00,"12,5",3.6,40,50',
    ],
    [
      'energy_kwh',
      '-5',
      ',s,u,2019-02-06T17:00:00Z,2019-02-07T06:30:00Z,2019-02-06T18:00:00+01:00,-5,3.6,40,50',
    ],
    ...['150', '-4'].map((level) => [
      'est_soc_start_pct',
      level,
      `,s,u,2019-02-06T17:00:00Z,2019-02-07T06:30:00Z,2019-02-06T18:00:00+01:00,12.5,3.6,40,${level}`,
    ]),
    ['plugged_in_at_utc', '', 'a,b,c'],
    [
      'est_battery_capacity_kwh',
      '',
      ',s,u,2019-02-06T17:00:00Z,2019-02-07T06:30:00Z,2019-02-06T18:00:00+01:00,12.5,3.6',
    ],
  ])('left out as unreadable, with the cell that is: %s %s', async (column, value, row) => {
    const [, second] = await read('Europe/Oslo', 0, `,${EVENING}`, row);
    expect(second).toEqual({ kind: 'unusable', reason: 'unreadable', cell: { row: 3, column, value } });
  });

  it('names every missing column', async () => {
    const path = file('session_id,user_id', 's,u');
    await expect(readSessionsCsv(path, 'Europe/Oslo', 0)[Symbol.asyncIterator]().next()).rejects.toThrow(
      'plugged_in_at_utc, plugged_out_at_utc',
    );
  });

  it.each([
    ['within', [0, 24], null],
    ['before the first price', [18, 40], 'outside_prices'],
    ['beyond the last price', [0, 14], 'outside_prices'],
    ['over a gap', [0, 5, 6, 40], 'price_gap'],
  ])('%s', async (_name, hours, reason) => {
    const [row] = await read('Europe/Oslo', 0, `,${EVENING}`);
    const startAtMs = Date.UTC(2019, 1, 6, 16);
    const slots = [];
    for (let index = 0; index + 1 < hours.length; index += 2) {
      const [from = 0, to = 0] = hours.slice(index, index + 2);
      slots.push({
        startAtMs: startAtMs + from * HOUR_MS,
        endAtMs: startAtMs + to * HOUR_MS,
        price: 1,
        provenance: 'known' as const,
      });
    }
    const found = row === undefined ? null : priceSession(row, slots);
    expect(found !== null && 'skipped' in found ? found.skipped : null).toBe(reason);
  });
});
