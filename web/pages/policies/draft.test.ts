import { describe, expect, it } from 'vitest';
import type { Policy } from '../../data/types.ts';
import { missingFigures, onTopOf, partsChanged, patchOf, toDraft } from './draft.ts';
import { typedIn } from './typed.ts';

const POLICY: Policy = {
  id: 'p',
  userId: 'anna',
  vehicleId: 'v',
  locationId: 'l',
  batteryReserve: 20,
  schedule: {
    monday: { deadline: '07:00', minimumChargeTarget: 80 },
    tuesday: { deadline: '07:00', minimumChargeTarget: 80 },
  },
  restrictionSchedule: [],
  opportunisticPrice: 0.05,
  preconditionMinutes: 0,
  startCost: 0.02,
  minRunMinutes: 15,
  prefer: 'late',
  lastObservedLocationChargeLimit: null,
};
const BASE = toDraft(POLICY);

describe('a draft of a policy', () => {
  it('changes nothing where nothing was changed', () => {
    expect(patchOf(BASE, toDraft(POLICY))).toEqual({});
  });

  it('sends the changed parts alone: a day removed, one added, a price switched off', () => {
    const draft = {
      ...BASE,
      schedule: {
        ...BASE.schedule,
        monday: null,
        sunday: { deadline: '10:30', minimumChargeTarget: '70' },
      },
      opportunisticPrice: '',
      startCost: '0.5',
      prefer: 'early' as const,
    };
    expect(patchOf(BASE, draft)).toEqual({
      schedule: { monday: null, sunday: { deadline: '10:30', minimumChargeTarget: 70 } },
      opportunisticPrice: null,
      startCost: 0.5,
      prefer: 'early',
    });
  });

  it('names the figures that are missing, and no price is none', () => {
    const draft = {
      ...BASE,
      schedule: { ...BASE.schedule, monday: { deadline: '07:00', minimumChargeTarget: ' ' } },
      opportunisticPrice: '',
      minRunMinutes: 'soon',
    };
    expect(missingFigures(draft)).toEqual(['schedule.monday.minimumChargeTarget', 'minRunMinutes']);
    const halfTyped = typedIn({ value: '', validity: { badInput: true } });
    expect(missingFigures({ ...BASE, opportunisticPrice: halfTyped })).toEqual(['opportunisticPrice']);
  });

  it('keeps both sides when somebody else changed other parts', () => {
    const mine = { ...BASE, batteryReserve: '30', schedule: { ...BASE.schedule, monday: null } };
    const theirs = toDraft({
      ...POLICY,
      prefer: 'early',
      batteryReserve: 10,
      schedule: { ...POLICY.schedule, tuesday: { deadline: '06:00', minimumChargeTarget: 90 } },
    });
    expect(partsChanged(BASE, theirs)).toEqual(['tuesday', 'batteryReserve', 'prefer']);
    const both = onTopOf(BASE, mine, theirs);
    expect(both).toEqual({
      ...BASE,
      batteryReserve: '30',
      prefer: 'early',
      schedule: {
        ...BASE.schedule,
        monday: null,
        tuesday: { deadline: '06:00', minimumChargeTarget: '90' },
      },
    });
    expect(patchOf(theirs, both)).toEqual({ batteryReserve: 30, schedule: { monday: null } });
  });
});
