/** Figures as a report writes them, in the terminal and on its page. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** "1 session", "2 sessions". */
export function counted(count: number, name: string): string {
  return `${whole(count)} ${name}${count === 1 ? '' : 's'}`;
}

export function money(value: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

export function percent(ratio: number | null): string {
  return ratio === null ? 'none' : `${(100 * ratio).toFixed(1)} %`;
}
