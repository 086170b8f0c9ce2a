-- What claiming and finishing a job do besides updating its row: they update its items and record the event.
-- Items spoken by earlier attempts are kept; all others are reset. A first attempt does not touch item_narration, because
-- a session that locks that table would otherwise block every claim.
CREATE OR REPLACE FUNCTION {table}_claimed(worker text, work bigint, parent bigint, fence integer)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF fence > 1 THEN
        UPDATE item_narration SET state = 'pending', tries = 0, error = NULL
        WHERE job_id = work AND state NOT IN ('spoken', 'reused');
        UPDATE audio_generation_job job
        SET failed_items = 0, completed_items = (SELECT count(*) FROM item_narration kept
            WHERE kept.job_id = work AND kept.state IN ('spoken', 'reused'))
        WHERE job.id = work;
    END IF;
    INSERT INTO event (actor, kind, job_id, brief_id, attempt) VALUES (worker, 'job.claimed', work, parent, fence);
    RETURN (SELECT show.slug FROM brief JOIN show ON show.id = brief.show_id WHERE brief.id = parent);
END $$;

CREATE OR REPLACE FUNCTION {table}_finished(worker text, work bigint, parent bigint, fence integer)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE item_narration said SET state = 'pending' WHERE said.job_id = work AND said.state = 'speaking';
    INSERT INTO event (actor, kind, job_id, brief_id, attempt) VALUES (worker, 'job.completed', work, parent, fence);
END $$;
