-- A preview has no parts and no history, only its row.

CREATE OR REPLACE FUNCTION {table}_claimed(worker text, work bigint, parent bigint, fence integer)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT slug FROM show WHERE id = parent);
END $$;

CREATE OR REPLACE FUNCTION {table}_finished(worker text, work bigint, parent bigint, fence integer)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
END $$;
