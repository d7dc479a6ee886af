/** Figures as a report writes them, in the terminal and on its page. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** "1 session", "2 sessions". */
export function counted(count: number, name: string): string {
  return `${whole(count)} ${name}${count === 1 ? '' : 's'}`;
}

export function money(value: number): string {
  // Half a cent below zero is none.
  const shown = Math.abs(value) < 0.005 ? 0 : value;
  return shown.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

export function percent(ratio: number | null): string {
  return ratio === null ? 'none' : `${(100 * ratio).toFixed(1)} %`;
}
