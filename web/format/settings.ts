import { words } from '../words.ts';
import { localeOf } from './locale.ts';

/** In which numbers, money and dates are written; fixed for the life of the page. Node 20 has no navigator. */
export const locale = localeOf(words.language, globalThis.navigator?.languages ?? []);
