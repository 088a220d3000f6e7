-- One row a book, locked by whoever adds to it; the only row of the ledger that changes.
CREATE TABLE ledger_head (
  book {text} NOT NULL PRIMARY KEY,
  next {int} NOT NULL,
  digest {text} NOT NULL,  -- Of the last entry; empty before the first.
  recorded_time {int} NOT NULL
) {clustered};

CREATE TABLE ledger_entry (
  book {text} NOT NULL,
  number {int} NOT NULL,
  id {text} NOT NULL,
  kind {text} NOT NULL,
  effective_day {text} NOT NULL,
  recorded_time {int} NOT NULL,
  actor {text} NOT NULL,
  reason {text} NOT NULL,
  source {text} NOT NULL,
  reverses {text} NOT NULL,  -- The id of the entry that it mirrors; empty: none.
  content_digest {text} NOT NULL,
  digest {text} NOT NULL,
  PRIMARY KEY (book, number)
) {strict};

CREATE UNIQUE INDEX ledger_entry_by_id ON ledger_entry (book, id);
CREATE INDEX ledger_entry_by_source ON ledger_entry (book, source, number);

CREATE TABLE ledger_posting (
  book {text} NOT NULL,
  number {int} NOT NULL,  -- Of the entry.
  line {int} NOT NULL,
  recipient {text} NOT NULL,  -- Empty: an account of the book.
  purpose {text} NOT NULL,
  currency {text} NOT NULL,
  cents {int} NOT NULL,
  detail {text} NOT NULL,
  PRIMARY KEY (book, number, line)
) {clustered};

CREATE INDEX ledger_posting_by_recipient ON ledger_posting (book, recipient, number);

-- What is to be paid to whom and when. A row that is no longer to be paid is cancelled, not deleted.
CREATE TABLE planned_payment (
  book {text} NOT NULL,
  recipient {text} NOT NULL,
  number {int} NOT NULL,  -- 1, 2, 3 … per recipient.
  month {text} NOT NULL,  -- Its first day.
  currency {text} NOT NULL,
  cents {int} NOT NULL,
  parts {text} NOT NULL,  -- By component, in cents: "npo-schools/bo:120000 npo-schools/score:5000".
  state {text} NOT NULL,  -- planned, ordered, paid, cancelled
  approval {text} NOT NULL,  -- Which approval planned it.
  cancelled_by {text} NOT NULL,  -- Which approval took its place; empty: none.
  payment_order {text} NOT NULL,  -- The newest order it was part of; empty: none.
  attempt {int} NOT NULL,  -- How often it was ordered.
  paid_day {text} NOT NULL,  -- Empty: not paid.
  PRIMARY KEY (book, recipient, number)
) {strict};

CREATE INDEX planned_payment_by_state ON planned_payment (book, state, month, recipient, number);
CREATE INDEX planned_payment_by_order ON planned_payment (book, payment_order, recipient, number);
