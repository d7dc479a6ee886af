import { useState } from 'preact/hooks';
import { RefusedError } from '../data/problem.ts';
import { readSignInOptions, signIn, signInToDemo } from '../data/sign-in.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { explain } from '../parts/states.tsx';
import { words } from '../words.ts';
import { Wordmark } from './shell.tsx';

/** Who comes without a cookie, or with one that expired. */
export function SignIn({ why }: { readonly why: 'nobody' | 'expired' | 'left' }) {
  const options = useLoaded('options', readSignInOptions).state;
  const isDemo = options.kind === 'ready' && options.value.isDemo;
  const [clientId, setClientId] = useState('');
  const [secret, setSecret] = useState('');
  const [busy, setBusy] = useState<'form' | 'demo' | null>(null);
  const [refusal, setRefusal] = useState<{ readonly title: string; readonly next: string } | null>(null);

  const go = async (which: 'form' | 'demo', enter: () => Promise<void>): Promise<void> => {
    setBusy(which);
    setRefusal(null);
    try {
      await enter();
    } catch (error) {
      const isWrong = error instanceof RefusedError && (error.status === 401 || error.status === 400);
      setRefusal(isWrong ? { title: words.signIn.refused, next: words.signIn.refusedNext } : explain(error));
      setBusy(null);
    }
  };
  return (
    <main class="alone">
      <div class="sign-in">
        <p class="wordmark">
          <Wordmark />
        </p>
        <h1>{words.signIn.title}</h1>
        <p class="muted">{words.signIn.lead}</p>
        {why !== 'nobody' && <p class="note">{words.signIn[why]}</p>}
        {isDemo && (
          <section class="demo-entry">
            <p>{words.signIn.demoLead}</p>
            <Button look="primary" isBusy={busy === 'demo'} onClick={() => go('demo', signInToDemo)}>
              {words.signIn.demo}
            </Button>
            <p class="or muted small">{words.signIn.or}</p>
          </section>
        )}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void go('form', () => signIn(clientId.trim(), secret.trim()));
          }}
        >
          <div role="alert">
            {refusal && (
              <p class="note bad">
                <strong>{refusal.title}</strong> {refusal.next}
              </p>
            )}
          </div>
          <Field label={words.signIn.clientId}>
            {(ids) => (
              <input
                {...ids}
                required
                autoComplete="username"
                spellcheck={false}
                autoCapitalize="none"
                value={clientId}
                onInput={(event) => setClientId(event.currentTarget.value)}
              />
            )}
          </Field>
          <Field label={words.signIn.clientSecret}>
            {(ids) => (
              <input
                {...ids}
                required
                type="password"
                autoComplete="current-password"
                value={secret}
                onInput={(event) => setSecret(event.currentTarget.value)}
              />
            )}
          </Field>
          <Button look={isDemo ? 'plain' : 'primary'} isSubmit isBusy={busy === 'form'}>
            {words.signIn.submit}
          </Button>
        </form>
        <p class="muted small">
          {words.signIn.help} <code>{words.signIn.helpCommand}</code>
        </p>
      </div>
    </main>
  );
}
