import { issuesElsewhere } from '../data/issues.ts';
import { RefusedError } from '../data/problem.ts';
import { words } from '../words.ts';
import { explain } from './states.tsx';

interface RefusalProps {
  /** Null is none. */
  readonly error: unknown;
  /** Of the fields that tell what is wrong with them themselves, as in the API. */
  readonly fields?: readonly string[];
}

/** Why a form was not taken: that, and what no field tells. */
export function Refusal({ error, fields = [] }: RefusalProps) {
  return (
    <div role="alert">{error !== null && error !== undefined && <Note error={error} fields={fields} />}</div>
  );
}

function Note({ error, fields }: { readonly error: unknown; readonly fields: readonly string[] }) {
  const isOfFields = error instanceof RefusedError && error.issues.length > 0;
  if (!isOfFields) {
    const { title, next } = explain(error);
    const isPlain = error instanceof RefusedError && error.status < 500 && error.status !== 429;
    return (
      <p class="note bad">
        {!isPlain && <strong>{title}</strong>} {isPlain ? error.detail : next}
      </p>
    );
  }
  return (
    <div class="note bad">
      <p>
        <strong>{words.common.notSaved}</strong> {words.common.seeFields}
      </p>
      {issuesElsewhere(error, fields).map(({ path, message }) => (
        <p key={path}>{path === '' ? message : `${path}: ${message}`}</p>
      ))}
    </div>
  );
}
