-- What uptake adds up. A null is what the school does not say.
ALTER TABLE programme_choice ADD COLUMN pupils {int};
ALTER TABLE programme_choice ADD COLUMN planned_cents {int};
-- 0 until these columns hold what the programme says; rows of earlier releases are counted when they
-- are met.
ALTER TABLE programme_choice ADD COLUMN counted {int} NOT NULL DEFAULT 0;

DROP INDEX programme_choice_by_status;
CREATE INDEX programme_choice_by_year ON programme_choice
  (school_year, intervention, status, school, pupils, planned_cents, counted);
