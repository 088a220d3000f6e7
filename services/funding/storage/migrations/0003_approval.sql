-- Who made a run; empty: made before callers had names, or by nobody in particular.
ALTER TABLE run ADD COLUMN creator {text} NOT NULL DEFAULT '';

-- Recipients of a run that were approved together, and how far their release or reversal is.
CREATE TABLE approval (
  name {text} NOT NULL PRIMARY KEY,  -- runs/a/approvals/1
  run {text} NOT NULL,
  id {text} NOT NULL,
  book {text} NOT NULL,
  scheme {text} NOT NULL,
  state {text} NOT NULL,  -- approved, releasing, released, reversing, reversed
  creator {text} NOT NULL,
  approver {text} NOT NULL,
  releaser {text} NOT NULL,
  reverser {text} NOT NULL,
  approve_time {int} NOT NULL,
  recipients {int} NOT NULL,
  currency {text} NOT NULL,
  cents {int} NOT NULL,
  done {int} NOT NULL,
  cursor {text} NOT NULL,
  release_start {int} NOT NULL,  -- The number of the first entry that the release could add; 0: none.
  effective_day {text} NOT NULL,  -- This and the next empty until it is released, or not given.
  first_month {text} NOT NULL,
  claim_overpaid {int} NOT NULL,
  reason {text} NOT NULL,
  request {text} NOT NULL,
  facts {bytes} NOT NULL  -- The checks as they were, and what was waived.
) {strict};

CREATE INDEX approval_by_run ON approval (run, id);
CREATE INDEX approval_by_scheme ON approval (book, scheme, approve_time);

CREATE TABLE approval_recipient (
  approval {text} NOT NULL,
  recipient {text} NOT NULL,
  cents {int} NOT NULL,
  PRIMARY KEY (approval, recipient)
) {clustered};

-- What happened to the approvals of a run, by whom and why.
CREATE TABLE approval_event (
  run {text} NOT NULL,
  number {int} NOT NULL,
  approval {text} NOT NULL,
  kind {text} NOT NULL,  -- approved, release_started, released, reversal_started, reversed
  actor {text} NOT NULL,
  time {int} NOT NULL,
  reason {text} NOT NULL,
  PRIMARY KEY (run, number)
) {strict};
