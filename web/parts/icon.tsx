/** Line icons of 20 × 20, in the colour of the text. They say nothing by themselves: a word stands beside them. */
const PATHS = {
  car: 'M3 11l2-5h10l2 5v5h-3v-2H6v2H3zM3 11h14M6 11v0M14 11v0',
  history: 'M4 10a6 6 0 1 0 2-4.5M4 4v3h3M10 7v3.5l2.5 1.5',
  policy: 'M4 5h7M15 5h1M4 10h1M9 10h7M4 15h7M15 15h1M13 3v4M7 8v4M13 13v4',
  webhook: 'M6 14a3 3 0 1 1-1-4M14 14a3 3 0 1 0-1-4M10 7a3 3 0 1 1 1.5 0l2 4M8.5 7L6 13h8',
  more: 'M4 6h12M4 10h12M4 14h12',
  search: 'M9 14.500a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4',
  bolt: 'M11 3L5 11h4.500L9 17l6-8h-4.500z',
  pause: 'M7 5v10M13 5v10',
  play: 'M7 4.500v11l9-5.500z',
  close: 'M5 5l10 10M15 5L5 15',
  warning: 'M10 3.500L17.5 16.500h-15zM10 8.500v3.500M10 14.200v.1',
  check: 'M4 10.500l4 4 8-9',
  left: 'M12 4l-6 6 6 6',
  right: 'M8 4l6 6-6 6',
  out: 'M8 4H4v12h4M8 10h9M13.5 6.500L17 10l-3.5 3.5',
  download: 'M10 3v9M6 8.500l4 4 4-4M4 16h12',
  plug: 'M7 3v4M13 3v4M5 7h10v2a5 5 0 0 1-10 0zM10 14v3',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4l2.5 2',
  plus: 'M10 4v12M4 10h12',
  copy: 'M7 7V4h9v9h-3M4 7h9v9H4z',
  chart: 'M4 16V9M10 16V4M16 16v-5',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
