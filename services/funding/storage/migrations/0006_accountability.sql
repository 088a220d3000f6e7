CREATE TABLE accountability_rules (
  grant_id {text} NOT NULL,
  version {int} NOT NULL,
  digest {text} NOT NULL,
  publish_time {int} NOT NULL,
  published_by {text} NOT NULL,
  content {bytes} NOT NULL,  -- The rules as they were published.
  PRIMARY KEY (grant_id, version)
) {strict};

-- What a recipient said it spent. A correction is another version.
CREATE TABLE spending_report (
  grant_id {text} NOT NULL,
  recipient {text} NOT NULL,
  year {int} NOT NULL,
  version {int} NOT NULL,
  holder {text} NOT NULL,
  a_cents {int} NOT NULL,
  b_cents {int} NOT NULL,
  c_cents {int} NOT NULL,
  d_cents {int} NOT NULL,
  e_cents {int} NOT NULL,
  f_cents {int} NOT NULL,
  none_cents {int} NOT NULL,
  hired_cents {int} NOT NULL,
  reserved_cents {int} NOT NULL,
  above_cents {int} NOT NULL,
  mr_state {text} NOT NULL,
  mr_day {text} NOT NULL,
  gmr_state {text} NOT NULL,
  gmr_day {text} NOT NULL,
  scan_made {int} NOT NULL,
  teachers {text} NOT NULL,
  parents {text} NOT NULL,
  pupils {text} NOT NULL,
  digest {text} NOT NULL,
  submitted_by {text} NOT NULL,
  submit_time {int} NOT NULL,
  PRIMARY KEY (grant_id, recipient, year, version)
) {strict};

CREATE TABLE recovery (
  id {text} NOT NULL PRIMARY KEY,
  grant_id {text} NOT NULL,
  day {text} NOT NULL,
  currency {text} NOT NULL,
  cents {int} NOT NULL,
  line_count {int} NOT NULL,
  create_time {int} NOT NULL,
  created_by {text} NOT NULL
) {strict};

CREATE TABLE recovery_line (
  recovery {text} NOT NULL,
  recipient {text} NOT NULL,
  book {text} NOT NULL,
  cents {int} NOT NULL,
  repaid_cents {int} NOT NULL,
  PRIMARY KEY (recovery, recipient, book)
) {strict};

CREATE TABLE recovery_settlement (
  recovery {text} NOT NULL,
  reference {text} NOT NULL,
  recipient {text} NOT NULL,
  cents {int} NOT NULL,
  day {text} NOT NULL,
  PRIMARY KEY (recovery, reference)
) {strict};
