-- The run whose place a run takes; empty: none. A run is superseded at most once.
ALTER TABLE run ADD COLUMN supersedes {text} NOT NULL DEFAULT '';

CREATE UNIQUE INDEX run_by_superseded ON run (supersedes) WHERE supersedes <> '';
