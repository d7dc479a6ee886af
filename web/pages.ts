import type { ComponentType } from 'preact';
import type { IconName } from './parts/icon.tsx';
import { words } from './words.ts';

export interface PageProps {
  /** The values of the pattern, such as `id`. */
  readonly values: Readonly<Record<string, string>>;
  readonly params: URLSearchParams;
}

export interface PageEntry {
  /** Of the part after `#`, such as `/session/:id`. */
  readonly pattern: string;
  readonly title: string;
  /** Each page's script is loaded when it is first opened. */
  readonly load: () => Promise<{ readonly default: ComponentType<PageProps> }>;
  /** Its place in the navigation, in the order of this table. */
  readonly navigation?: { readonly name: string; readonly icon: IconName };
  /** The pattern whose place in the navigation is marked while this page is shown. */
  readonly under?: string;
}

/** Every page; the first is shown when no place is given. */
export const pages: readonly PageEntry[] = [
  {
    pattern: '/cars',
    title: words.cars.title,
    load: () => import('./pages/cars/cars-page.tsx'),
    navigation: { name: words.cars.title, icon: 'car' },
  },
  {
    pattern: '/history',
    title: words.history.title,
    load: () => import('./pages/history/history-page.tsx'),
    navigation: { name: words.history.title, icon: 'history' },
  },
  {
    pattern: '/policies',
    title: words.policies.title,
    load: () => import('./pages/policies/policies-page.tsx'),
    navigation: { name: words.policies.title, icon: 'policy' },
  },
  {
    pattern: '/new-policy',
    title: words.policies.create.title,
    load: () => import('./pages/policies/new-policy-page.tsx'),
    under: '/policies',
  },
  {
    pattern: '/policy/:id',
    title: words.policies.one,
    load: () => import('./pages/policies/policy-page.tsx'),
    under: '/policies',
  },
  {
    pattern: '/webhooks',
    title: words.webhooks.title,
    load: () => import('./pages/webhooks/webhooks-page.tsx'),
    navigation: { name: words.webhooks.title, icon: 'webhook' },
  },
  {
    pattern: '/webhook/:id',
    title: words.webhooks.one,
    load: () => import('./pages/webhooks/webhook-page.tsx'),
    under: '/webhooks',
  },
  {
    pattern: '/session/:id',
    title: words.session.title,
    load: () => import('./pages/session/session-page.tsx'),
    under: '/cars',
  },
];
