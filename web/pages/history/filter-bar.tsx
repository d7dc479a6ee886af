import { Button } from '../../parts/button.tsx';
import { Choice } from '../../parts/choice.tsx';
import { words } from '../../words.ts';
import { type HistoryFilters, hasFilters, NAMED, type Named } from './filters.ts';
import { Finder } from './finder.tsx';

interface FilterBarProps {
  readonly filters: HistoryFilters;
  /** What people know the filtered things by. */
  readonly nameOf: (name: Named, id: string) => string;
  readonly onChange: (change: Partial<HistoryFilters>) => void;
  readonly onClear: () => void;
}

const t = words.history;

/** Everything that narrows the list. */
export function FilterBar({ filters, nameOf, onChange, onClear }: FilterBarProps) {
  const day = (name: 'from' | 'to') => (
    <label class="day-filter">
      <span class="muted small">{t.filters[name]}</span>
      <input
        type="date"
        value={filters[name] ?? ''}
        onChange={(event) => onChange({ [name]: event.currentTarget.value || null })}
      />
    </label>
  );
  return (
    <div class="history-filters">
      <div class="filters">
        <Finder onChoose={(name, id) => onChange({ [name]: id })} />
        {day('from')}
        {day('to')}
        <Choice
          label={t.filters.kind}
          value={filters.kind ?? 'all'}
          options={[
            { value: 'all', name: t.kinds.all },
            { value: 'managed', name: t.kinds.managed },
            { value: 'unmanaged', name: t.kinds.unmanaged },
          ]}
          onChoose={(kind) => onChange({ kind: kind === 'all' ? null : kind })}
        />
      </div>
      {hasFilters(filters) && (
        <ul class="chips">
          {NAMED.map((name) => {
            const id = filters[name];
            if (id === null) return null;
            const text = `${t.filters[name]}: ${nameOf(name, id)}`;
            return (
              <li key={name} class="chip" title={id}>
                <span>{text}</span>
                <Button
                  look="quiet"
                  size="small"
                  icon="close"
                  label={t.removeFilter(text)}
                  onClick={() => onChange({ [name]: null })}
                />
              </li>
            );
          })}
          <li>
            <Button look="quiet" size="small" onClick={onClear}>
              {t.clear}
            </Button>
          </li>
        </ul>
      )}
    </div>
  );
}
