import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface Look {
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName;
  readonly size?: 'small';
  readonly children?: ComponentChildren;
}

interface ButtonProps extends Look {
  readonly onClick?: () => void;
  /** Submits its form. */
  readonly isSubmit?: boolean;
  /** At work: it cannot be pressed again, and says so. */
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
  /** For a button of an icon alone. */
  readonly label?: string;
  readonly isPressed?: boolean;
}

export function Button(props: ButtonProps) {
  const {
    look = 'plain',
    icon,
    size,
    children,
    onClick,
    isSubmit,
    isBusy,
    isDisabled,
    label,
    isPressed,
  } = props;
  return (
    <button
      type={isSubmit ? 'submit' : 'button'}
      class={classOf({ look, size, icon, children })}
      disabled={isDisabled}
      aria-disabled={isBusy || undefined}
      aria-busy={isBusy || undefined}
      aria-label={label}
      aria-pressed={isPressed}
      title={label}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onClick?.();
      }}
    >
      {icon && <Icon name={icon} />}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}

/** Looks like a button and goes somewhere. */
export function ButtonLink({
  href,
  download,
  ...look
}: Look & { readonly href: string; readonly download?: string }) {
  return (
    <a class={classOf(look)} href={href} download={download}>
      {look.icon && <Icon name={look.icon} />}
      {look.children !== undefined && <span>{look.children}</span>}
    </a>
  );
}

function classOf({ look = 'plain', size, icon, children }: Look): string {
  const isSquare = icon !== undefined && children === undefined;
  return `button ${look}${size ? ` ${size}` : ''}${isSquare ? ' square' : ''}`;
}
