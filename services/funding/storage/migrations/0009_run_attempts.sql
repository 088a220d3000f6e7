-- Allocations are written while a run is computed, under the name of that attempt; the run says in
-- the end which attempt is its own. What an attempt left that never came to its end is in no run.
-- From here on allocation.run holds the attempt; of runs made before, it is the run's id.
ALTER TABLE run ADD COLUMN attempt {text} NOT NULL DEFAULT '';
UPDATE run SET attempt = id;

-- Attempts that have allocations and no run yet.
CREATE TABLE run_attempt (
  attempt {text} NOT NULL PRIMARY KEY,
  start_time {int} NOT NULL,
  abandoned {int} NOT NULL  -- 1: it may not become a run any more, and its allocations are dropped.
) {strict};
