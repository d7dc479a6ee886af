import { signOut } from '../data/sign-in.ts';
import { useStore } from '../data/store.ts';
import { chooseTheme, THEMES, theme } from '../data/theme.ts';
import type { SignedIn } from '../data/types.ts';
import { Button } from '../parts/button.tsx';
import { Choice } from '../parts/choice.tsx';
import { explain } from '../parts/states.tsx';
import { tell } from '../parts/toasts.tsx';
import { words } from '../words.ts';

/** Whose page it is, its look, and the way out. */
export function Settings({ as }: { readonly as: SignedIn }) {
  const chosen = useStore(theme);
  return (
    <div class="settings">
      <Choice
        label={words.shell.theme}
        value={chosen}
        options={THEMES.map((value) => ({ value, name: words.shell.themes[value] }))}
        onChoose={chooseTheme}
      />
      <div class="client">
        <p>
          <span class="muted small">{words.shell.signedInAs}</span>
          <strong title={as.client.id}>{as.client.name}</strong>
        </p>
        <Button look="quiet" icon="out" label={words.shell.signOut} onClick={leave} />
      </div>
      <a class="muted small" href="/docs">
        {words.shell.docs}
      </a>
    </div>
  );
}

async function leave(): Promise<void> {
  try {
    await signOut();
  } catch (error) {
    tell(explain(error).title, 'bad');
  }
}
