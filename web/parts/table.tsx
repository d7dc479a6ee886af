import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Figures stand on the right, under each other. */
  readonly isNumber?: boolean;
  /** Left out on a phone. */
  readonly isWide?: boolean;
}

interface TableProps<Row> {
  /** Read out before the table; not shown. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** The row is a link to there; the first column holds the link. */
  readonly hrefOf?: (row: Row) => string;
  /** An earlier answer, while the next one is on its way. */
  readonly isStale?: boolean;
}

/** A list whose rows can be walked by arrow keys, Home and End; the first cell of a row is its link. */
export function Table<Row>({ caption, columns, rows, keyOf, hrefOf, isStale }: TableProps<Row>) {
  return (
    <div class="table-frame">
      <table class={isStale ? 'table stale' : 'table'} aria-busy={isStale || undefined}>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" class={classOf(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={walk}>
          {rows.map((row) => (
            <tr key={keyOf(row)} class={hrefOf ? 'opens' : undefined}>
              {columns.map((column, index) => (
                <td key={column.name} class={classOf(column)}>
                  {index === 0 && hrefOf ? (
                    <a class="row-link" href={hrefOf(row)}>
                      {column.cell(row)}
                    </a>
                  ) : (
                    column.cell(row)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Moves the focus among the rows' links; elsewhere in a row the keys keep their meaning. */
export function walk(event: KeyboardEvent & { readonly currentTarget: Element }): void {
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('.row-link')];
  const index = links.findIndex((link) => link.matches(':focus'));
  if (index < 0) return;
  const wanted = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    Home: 0,
    End: links.length - 1,
  }[event.key];
  if (wanted === undefined) return;
  event.preventDefault();
  links[Math.min(Math.max(wanted, 0), links.length - 1)]?.focus();
}

function classOf<Row>({ isNumber, isWide }: Column<Row>): string | undefined {
  return [isNumber ? 'number' : '', isWide ? 'wide' : ''].filter(Boolean).join(' ') || undefined;
}
