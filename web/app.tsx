import { useEffect } from 'preact/hooks';
import { askWho, findWho } from './data/sign-in.ts';
import { useStore } from './data/store.ts';
import { who } from './data/who.ts';
import { Broken } from './parts/states.tsx';
import { Toasts } from './parts/toasts.tsx';
import { Shell } from './shell/shell.tsx';
import { SignIn } from './shell/sign-in.tsx';

/** Signed in: the shell with its page; else the sign-in. The place in the address stays over a sign-in. */
export function App() {
  const state = useStore(who);
  useEffect(() => void findWho(), []);
  return (
    <>
      {state.kind === 'in' && <Shell as={state.as} />}
      {state.kind === 'out' && <SignIn why={state.why} />}
      {state.kind === 'broken' && (
        <main class="alone">
          <Broken error={state.error} onRetry={askWho} />
        </main>
      )}
      <Toasts />
    </>
  );
}
