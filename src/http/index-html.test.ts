import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../domain/units.ts';
import { newLane } from '../engine/new-lane.ts';
import { type IndexView, indexHtml } from './index-html.ts';

const NOW_MS = Date.UTC(2026, 0, 5, 17);

const VEHICLE = {
  id: 'v',
  userId: 'anna',
  version: 1,
  capacityWh: null,
  efficiency: null,
  powerKw: null,
  canStart: true,
  canStop: true,
};

const service: IndexView = {
  version: '1.2.3',
  url: 'http://127.0.0.1:3000',
  databaseVersion: '18.4',
  nowMs: NOW_MS,
  sandbox: null,
  demo: null,
};

describe('the index page', () => {
  it('says what runs', () => {
    const page = indexHtml(service);
    for (const text of [
      '1.2.3',
      'PostgreSQL 18.4',
      '2026-01-05 17:00 UTC',
      'real time',
      '/docs',
      '/metrics',
    ]) {
      expect(page).toContain(text);
    }
    expect(page).not.toContain('secret');
  });

  it.each([
    [0, 'standing'],
    [600, '600 × real time'],
  ])('at a speed of %s it says %s', (speed, text) => {
    expect(indexHtml({ ...service, sandbox: { speed } })).toContain(text);
  });

  it('shows the demonstration: its cars, their next charge in their own time, and its client', () => {
    const page = indexHtml(demonstration('Anna’s <b>car</b>'));
    for (const text of [
      'next 23:00–01:00',
      '80 % by Tue 07:00',
      '50 %',
      'generated prices',
      'the-secret',
      'curl',
    ]) {
      expect(page).toContain(text);
    }
    // One area for the prices, one for the block.
    expect(page.match(/class="chosen"/g)).toHaveLength(1);
  });

  it('takes no name for markup, runs no script and asks for nothing elsewhere', () => {
    const page = indexHtml(demonstration('<script>alert(1)</script>'));
    expect(page).not.toContain('<script');
    const links = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(link).toMatch(/^\/[a-z]/);
  });
});

function demonstration(name: string): IndexView {
  const window = { startAtMs: NOW_MS - 3 * HOUR_MS, endAtMs: NOW_MS + 21 * HOUR_MS };
  const block = {
    type: 'REGULAR' as const,
    startAtMs: NOW_MS + 5 * HOUR_MS,
    endAtMs: NOW_MS + 7 * HOUR_MS,
    energyWh: 14_000,
  };
  return {
    ...service,
    sandbox: { speed: 600 },
    demo: {
      clientId: 'the-client',
      clientSecret: 'the-secret',
      grownAtMs: NOW_MS - HOUR_MS,
      window,
      cars: [
        {
          vehicleId: 'v',
          userId: 'anna',
          name,
          brand: 'Volvo',
          model: 'EX30',
          observed: {
            ...newLane(VEHICLE, [], NOW_MS).observed,
            isPluggedIn: { value: true, atMs: NOW_MS },
            levelPercent: { value: 50, atMs: NOW_MS },
          },
          home: {
            id: 'home',
            userId: 'anna',
            version: 1,
            name: 'Home',
            latitude: 59.9,
            longitude: 10.7,
            timezoneName: 'Europe/Oslo',
            zone: 'DEMO-NO',
            area: null,
            maxPowerKw: null,
            chargerPowerKw: null,
          },
          session: {
            id: 's',
            policyId: 'p',
            vehicleId: 'v',
            locationId: 'home',
            userId: 'anna',
            state: 'ACTIVE:REGULAR',
            pluggedInAtMs: NOW_MS,
            pluggedOutAtMs: null,
            blocks: [block],
            aggregated: { energyWh: 0, levelFromPercent: 50, levelToPercent: 50 },
            steps: [],
            target: {
              kind: 'REGULAR',
              id: 1,
              source: 'POLICY',
              reservePercent: 20,
              targetPercent: 80,
              readyByMs: Date.UTC(2026, 0, 6, 6),
            },
            outcome: null,
            error: null,
            valuation: null,
          },
          savedMicros: null,
          savedCurrency: null,
          prices: {
            currency: 'EUR',
            slots: [
              { startAtMs: window.startAtMs, endAtMs: NOW_MS, price: -0.02, provenance: 'known' },
              { startAtMs: NOW_MS, endAtMs: window.endAtMs, price: 0.2, provenance: 'known' },
            ],
          },
        },
      ],
    },
  };
}
