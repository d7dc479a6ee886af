-- Of a START: what the car is held to from then on, kW; null for all that it takes.
alter table commands add column power_kw double precision;
