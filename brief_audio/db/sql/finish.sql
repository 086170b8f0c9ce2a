-- Completes one piece of work if this attempt still owns it; returns no row if it doesn't.
-- Each kind adds its own function, {table}_finished, in the file of that name.
CREATE OR REPLACE FUNCTION finish_{table}(
    worker text, work bigint, fence integer, OUT id bigint, OUT cancel_requested boolean
) RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    parent bigint;
BEGIN
    UPDATE {table} ending
    SET status = 'completed', progress = 100, finished_at = now(), lease_until = NULL
    WHERE ending.id = finish_{table}.work AND ending.attempt = finish_{table}.fence AND ending.status = 'processing'
    RETURNING ending.id, ending.{parent}_id, ending.cancel_requested
    INTO finish_{table}.id, parent, finish_{table}.cancel_requested;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM {table}_finished(finish_{table}.worker, finish_{table}.work, parent, finish_{table}.fence);
    RETURN NEXT;
END $$;
