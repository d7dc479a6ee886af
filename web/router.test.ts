import { describe, expect, it } from 'vitest';
import { hrefOf, matchPath, placeOf } from './router.ts';

describe('places', () => {
  it.each([
    ['', '/', ''],
    ['#/cars', '/cars', ''],
    ['#/cars?q=a%20b&state=ACTIVE', '/cars', 'q=a+b&state=ACTIVE'],
    ['#cars', '/cars', ''],
  ])('of %j', (hash, path, query) => {
    const place = placeOf(hash);
    expect([place.path, place.params.toString()]).toEqual([path, query]);
  });

  it('become links again, without what is empty', () => {
    expect(hrefOf('/cars', { q: 'a b', state: null, error: '' })).toBe('#/cars?q=a+b');
    expect(hrefOf('/cars')).toBe('#/cars');
  });

  it.each([
    ['/session/:id', '/session/1', { id: '1' }],
    ['/session/:id', '/session/1/', { id: '1' }],
    ['/session/:id', '/session/a%2Fb', { id: 'a/b' }],
    ['/session/:id', '/session/', null],
    ['/session/:id', '/session/%', null],
    ['/session/:id', '/session/1/2', null],
    ['/cars', '/cars', {}],
    ['/cars', '/other', null],
  ])('%s of %s', (pattern, path, values) => {
    expect(matchPath(pattern, path)).toEqual(values);
  });
});
