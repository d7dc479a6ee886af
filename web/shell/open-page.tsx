import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { AwayError } from '../data/problem.ts';
import type { PageEntry, PageProps } from '../pages.ts';
import { pages } from '../pages.ts';
import { ButtonLink } from '../parts/button.tsx';
import { Broken, Empty } from '../parts/states.tsx';
import { hrefOf } from '../router.ts';
import { words } from '../words.ts';

interface OpenPageProps extends PageProps {
  /** Null: no page has this place. */
  readonly page: PageEntry | null;
}

const loaded = new Map<PageEntry, ComponentType<PageProps>>();

/** Loads the page's script when it is first opened, and draws it. */
export function OpenPage({ page, values, params }: OpenPageProps) {
  const [, setLoadedCount] = useState(loaded.size);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    document.title = `${page?.title ?? words.broken.noPage} · ${words.product}`;
    if (page === null || loaded.has(page) || error !== null) return;
    page
      .load()
      .then((module) => {
        loaded.set(page, module.default);
        setLoadedCount(loaded.size);
      })
      // A script that does not come: the service is away, or a newer build has other names.
      .catch((cause: unknown) => setError(new AwayError('the script of the page did not come', { cause })));
  }, [page, error]);
  if (page === null) {
    return (
      <Empty icon="search" title={words.broken.noPage}>
        <p>{words.broken.noPageNext}</p>
        <ButtonLink href={hrefOf(pages[0]?.pattern ?? '/')}>{words.broken.toCars}</ButtonLink>
      </Empty>
    );
  }
  if (error !== null) return <Broken error={error} onRetry={() => location.reload()} />;
  const Page = loaded.get(page);
  return Page === undefined ? null : <Page values={values} params={params} />;
}
