import { useEffect, useState } from 'preact/hooks';

/** Where the page is: the part after `#`. */
export interface Place {
  /** Begins with a slash. */
  readonly path: string;
  readonly params: URLSearchParams;
}

export function placeOf(hash: string): Place {
  const text = hash.replace(/^#/, '');
  const [path = '', query = ''] = text.split('?', 2);
  return { path: path.startsWith('/') ? path : `/${path}`, params: new URLSearchParams(query) };
}

/** A link within the page; what is null or empty is left out of its query. */
export function hrefOf(
  path: string,
  params: Readonly<Record<string, string | null | undefined>> = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) query.set(name, value);
  const text = query.toString();
  return `#${path}${text === '' ? '' : `?${text}`}`;
}

/** The values of a pattern such as `/session/:id`; null where the path is another one. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split('/');
  const given = path.replace(/(.)\/$/, '$1').split('/');
  if (wanted.length !== given.length) return null;
  const values: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const text = given[index] ?? '';
    if (segment.startsWith(':')) {
      const value = decoded(text);
      if (value === null || value === '') return null;
      values[segment.slice(1)] = value;
    } else if (segment !== text) return null;
  }
  return values;
}

/** Goes to a place; `replace` leaves no trace in the history, as for each letter of a search. */
export function goTo(href: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') {
    location.hash = href;
    return;
  }
  history.replaceState(null, '', href);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const take = (): void => setHash(location.hash);
    addEventListener('hashchange', take);
    return () => removeEventListener('hashchange', take);
  }, []);
  return placeOf(hash);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
