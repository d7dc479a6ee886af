import { useEffect, useRef } from 'preact/hooks';
import { followEvents } from '../data/live.ts';
import type { SignedIn } from '../data/types.ts';
import { type PageEntry, pages } from '../pages.ts';
import { Icon } from '../parts/icon.tsx';
import { hrefOf, matchPath, usePlace } from '../router.ts';
import { words } from '../words.ts';
import { AwayBanner } from './away-banner.tsx';
import { ClockPanel } from './clock-panel.tsx';
import { OpenPage } from './open-page.tsx';
import { Settings } from './settings.tsx';

/** The frame around every page: navigation, clock, settings, and the page of the present place. */
export function Shell({ as }: { readonly as: SignedIn }) {
  useEffect(followEvents, []);
  const place = usePlace();
  const path = place.path === '/' ? (pages[0]?.pattern ?? '/') : place.path;
  const found = pageAt(path);
  const main = useRef<HTMLElement>(null);
  const lastPath = useRef<string | null>(null);
  useEffect(() => {
    // Who reads with the ears begins at the new page's start, as after any link.
    if (lastPath.current !== null && lastPath.current !== path) main.current?.focus({ preventScroll: true });
    lastPath.current = path;
    scrollTo(0, 0);
  }, [path]);
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {words.common.skipToContent}
      </button>
      <header class="side">
        <a class="wordmark" href={hrefOf(pages[0]?.pattern ?? '/')}>
          <Wordmark />
        </a>
        <nav aria-label={words.shell.navigation}>
          <ul>
            {pages.flatMap((page) =>
              page.navigation === undefined
                ? []
                : [<NavigationItem key={page.pattern} page={page} isCurrent={isUnder(found?.page, page)} />],
            )}
          </ul>
        </nav>
        <button
          type="button"
          class="button quiet square more"
          popovertarget="side-end"
          aria-label={words.shell.more}
        >
          <Icon name="more" />
        </button>
        <div class="side-end" id="side-end" popover="auto">
          {as.isSandbox && <ClockPanel isDemo={as.isDemo} />}
          <Settings as={as} />
        </div>
      </header>
      <div class="content">
        <AwayBanner />
        <main id="main" ref={main} tabIndex={-1}>
          <OpenPage
            key={path}
            page={found?.page ?? null}
            values={found?.values ?? {}}
            params={place.params}
          />
        </main>
      </div>
    </div>
  );
}

export function Wordmark() {
  return (
    <>
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" />
        <path class="wave" d="M5 21.5c3.7 0 3.7-3 7.3-3s3.7 3 7.4 3 3.7-3 7.3-3" />
        <path class="spark" d="M17.6 4 11.5 12.5h4l-1.1 6 6.1-8.5h-4z" />
      </svg>
      <span>{words.product}</span>
    </>
  );
}

function NavigationItem({ page, isCurrent }: { readonly page: PageEntry; readonly isCurrent: boolean }) {
  if (page.navigation === undefined) return null;
  const { icon, name } = page.navigation;
  return (
    <li>
      <a href={hrefOf(page.pattern)} aria-current={isCurrent ? 'page' : undefined}>
        <Icon name={icon} />
        <span>{name}</span>
      </a>
    </li>
  );
}

function pageAt(path: string) {
  for (const page of pages) {
    const values = matchPath(page.pattern, path);
    if (values !== null) return { page, values };
  }
  return null;
}

function isUnder(shown: PageEntry | undefined, page: PageEntry): boolean {
  return shown === page || shown?.under === page.pattern;
}
