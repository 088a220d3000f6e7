-- Unspent money that moved to the next school year.
CREATE TABLE carry_over (
  id {text} NOT NULL PRIMARY KEY,
  grant_id {text} NOT NULL,
  school_year {text} NOT NULL,
  day {text} NOT NULL,
  currency {text} NOT NULL,
  cents {int} NOT NULL,
  claimed_cents {int} NOT NULL,  -- Of what exceeded the rule: the recovery of the same id.
  line_count {int} NOT NULL,
  last_day {text} NOT NULL,  -- On which it may be spent.
  legal_reference {text} NOT NULL,
  create_time {int} NOT NULL,
  created_by {text} NOT NULL,
  reverse_time {int},
  reversed_by {text} NOT NULL,  -- This and the next empty: it holds.
  reverse_reason {text} NOT NULL
) {strict};

CREATE INDEX carry_over_by_year ON carry_over (grant_id, school_year);

CREATE TABLE carry_over_line (
  carry_over {text} NOT NULL,
  recipient {text} NOT NULL,
  unspent_cents {int} NOT NULL,
  cents {int} NOT NULL,
  claimed_cents {int} NOT NULL,
  PRIMARY KEY (carry_over, recipient)
) {clustered};

-- Of a carry-over that was undone: nothing is claimed any more.
ALTER TABLE recovery ADD COLUMN reversed {int} NOT NULL DEFAULT 0;
