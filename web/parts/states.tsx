import type { ComponentChildren } from 'preact';
import { AwayError, RefusedError } from '../data/problem.ts';
import { words } from '../words.ts';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

interface EmptyProps {
  readonly icon?: IconName;
  readonly title: string;
  /** What it means, and what to do next. */
  readonly children?: ComponentChildren;
}

/** Nothing to show, and what to do about it. */
export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div class="empty">
      {icon && <Icon name={icon} />}
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Something failed: what, what to do, and a second try. */
export function Broken({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { title, next } = explain(error);
  const requestId = error instanceof RefusedError ? error.requestId : null;
  return (
    <div class="empty" role="alert">
      <Icon name="warning" />
      <h2>{title}</h2>
      <p>{next}</p>
      {requestId && error instanceof RefusedError && error.status >= 500 && (
        <p class="muted small">{words.common.requestId(requestId)}</p>
      )}
      {onRetry && <Button onClick={onRetry}>{words.common.tryAgain}</Button>}
    </div>
  );
}

/** A failure in words, for a person: what it was, and what to do next. */
export function explain(error: unknown): { readonly title: string; readonly next: string } {
  const { broken } = words;
  if (error instanceof AwayError) return { title: broken.away, next: broken.awayNext };
  if (!(error instanceof RefusedError)) return { title: broken.title, next: broken.faultNext };
  if (error.status === 404) return { title: broken.notFound, next: error.detail || broken.notFoundNext };
  if (error.status === 429) return { title: broken.tooMany, next: broken.tooManyNext };
  if (error.status === 500) return { title: broken.fault, next: broken.faultNext };
  const issues = error.issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return { title: broken.title, next: [error.detail, ...issues].join(' ') };
}

/** Grey lines where text will be; as many as it will have, so that nothing jumps. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div class="skeleton" role="status" aria-label={words.common.loading}>
      {Array.from({ length: lines }, (_, line) => line).map((line) => (
        <span key={line} />
      ))}
    </div>
  );
}
