-- Few locations have a limit; a claim asks for each of its lanes whether it stands at one.
create index locations_limited on locations (client_id, id) where body->>'maxPowerKw' is not null;

-- {locationId, limitKw, lanes: [{vehicleId, stepNumber, isMoved}]} of a step taken together with other lanes at a limited
-- location: all of them in the order in which the engine was given them, each with its last step before.
alter table steps add column site jsonb;
