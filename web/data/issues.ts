import { RefusedError } from './problem.ts';

/** What the service has against the field at `path`, such as `schedule.monday`, or below it; null is nothing. */
export function issueAt(error: unknown, path: string): string | null {
  if (!(error instanceof RefusedError)) return null;
  const found = error.issues.filter((issue) => isAt(issue.path, path)).map(({ message }) => message);
  return found.length === 0 ? null : found.join(' ');
}

/** The issues that none of the shown fields tells. */
export function issuesElsewhere(error: unknown, paths: readonly string[]): RefusedError['issues'] {
  if (!(error instanceof RefusedError)) return [];
  return error.issues.filter((issue) => !paths.some((path) => isAt(issue.path, path)));
}

function isAt(issuePath: string, path: string): boolean {
  return issuePath === path || issuePath.startsWith(`${path}.`);
}
