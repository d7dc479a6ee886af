import { describe, expect, it } from 'vitest';
import { missingFigures, onTopOf } from './location-texts.ts';
import { shownIn, typedIn } from './typed.ts';

const BASE = {
  name: 'Home',
  latitude: '59.9',
  longitude: '10.7',
  timezoneName: 'Europe/Oslo',
  zone: 'NO1',
  maxPower: '',
  chargerPower: '11',
};

describe('the texts of a location', () => {
  it('puts the changed fields alone on top of what somebody else saved', () => {
    const mine = { ...BASE, name: 'Cabin', chargerPower: '' };
    const theirs = { ...BASE, name: 'House', zone: 'NO5', maxPower: '17' };
    expect(onTopOf(BASE, mine, theirs)).toEqual({ ...theirs, name: 'Cabin', chargerPower: '' });
  });

  it('takes what is half typed for no number, where nothing would do too', () => {
    const halfTyped = typedIn({ value: '', validity: { badInput: true } });
    expect(shownIn(halfTyped)).toBe('');
    expect(missingFigures({ ...BASE, latitude: '', maxPower: halfTyped })).toEqual(['latitude', 'maxPower']);
    expect(missingFigures(BASE)).toEqual([]);
  });
});
