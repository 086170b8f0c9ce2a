-- A preview has no parts and keeps no history: its row is all there is of it.

CREATE OR REPLACE FUNCTION {table}_claimed(worker text, work bigint, parent bigint, fence integer)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT slug FROM show WHERE id = parent);
END $$;

CREATE OR REPLACE FUNCTION {table}_finished(worker text, work bigint, parent bigint, fence integer)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
END $$;
