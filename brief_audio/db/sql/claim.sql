-- Claims one piece of work that no other worker has: the most urgent one that is due, or the one in `wanted`.
--
-- {table} is the table of a kind of work, {parent} the table its rows belong to. Each kind adds its own function,
-- {table}_claimed, in the file of that name; it returns the show's slug.
-- As a database function it is planned once per connection, and a claim takes one round trip.
-- A kind's events refer to its parent, and their foreign key waits for a session that holds that row FOR UPDATE. A
-- claim waiting there would block all other work, so rows with a locked parent are skipped like locked rows.
-- Some results have the name of a column; inside a statement, the name means the column, so parameters are qualified:
-- a kind may have a column of any name.
CREATE OR REPLACE FUNCTION claim_{table}(
    worker text, lease interval, wanted bigint, more_urgent_than integer,
    OUT id bigint, OUT parent_id bigint, OUT attempt integer, OUT charged integer, OUT priority integer, OUT show text
) RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    due bigint;
BEGIN
    IF claim_{table}.wanted IS NULL THEN
        SELECT work.id INTO due FROM {table} work JOIN {parent} parent ON parent.id = work.{parent}_id
        WHERE work.status = 'queued' AND work.run_after <= now()
            AND work.priority < coalesce(claim_{table}.more_urgent_than, 2147483647)
        ORDER BY work.priority, work.run_after, work.id LIMIT 1
        FOR UPDATE OF work SKIP LOCKED FOR KEY SHARE OF parent SKIP LOCKED;
    ELSE
        SELECT work.id INTO due FROM {table} work JOIN {parent} parent ON parent.id = work.{parent}_id
        WHERE work.id = claim_{table}.wanted AND work.status = 'queued' AND work.run_after <= now()
        FOR UPDATE OF work SKIP LOCKED FOR KEY SHARE OF parent SKIP LOCKED;
    END IF;
    IF due IS NULL THEN
        RETURN;
    END IF;
    UPDATE {table} work
    SET status = 'processing', attempt = attempt + 1, charged = charged + 1, claimed_by = claim_{table}.worker,
        claimed_at = now(), lease_until = now() + claim_{table}.lease, progress = 0, error = NULL
    WHERE work.id = due
    RETURNING work.id, work.{parent}_id, work.attempt, work.charged, work.priority
    INTO claim_{table}.id, claim_{table}.parent_id, claim_{table}.attempt, claim_{table}.charged, claim_{table}.priority;
    claim_{table}.show := {table}_claimed(claim_{table}.worker, due, claim_{table}.parent_id, claim_{table}.attempt);
    RETURN NEXT;
END $$;
