import { useState } from 'preact/hooks';

interface Submit {
  readonly isBusy: boolean;
  /** Of the last try; null while it goes well. */
  readonly error: unknown;
  readonly onSubmit: (event: Event) => void;
}

/** Carries out a form: once at a time, its failure kept to be shown. */
export function useSubmit(work: () => Promise<void>): Submit {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (): Promise<void> => {
    setIsBusy(true);
    setError(null);
    try {
      await work();
    } catch (failure) {
      setError(failure);
    } finally {
      setIsBusy(false);
    }
  };
  return {
    isBusy,
    error,
    onSubmit(event) {
      event.preventDefault();
      if (!isBusy) void run();
    },
  };
}
