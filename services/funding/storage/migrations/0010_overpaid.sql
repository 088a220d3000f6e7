-- What was paid too much moves to the next school year too, or is claimed.
ALTER TABLE carry_over ADD COLUMN overpaid_cents {int} NOT NULL DEFAULT 0;
ALTER TABLE carry_over_line ADD COLUMN overpaid_cents {int} NOT NULL DEFAULT 0;

ALTER TABLE recovery ADD COLUMN overpaid_only {int} NOT NULL DEFAULT 0;

CREATE TABLE recovery_claim (
  recovery {text} NOT NULL,
  recipient {text} NOT NULL,
  book {text} NOT NULL,
  detail {text} NOT NULL,  -- Under which it was paid too much; empty: it was not spent.
  cents {int} NOT NULL,
  repaid_cents {int} NOT NULL,
  PRIMARY KEY (recovery, recipient, book, detail)
) {strict};
INSERT INTO recovery_claim (recovery, recipient, book, detail, cents, repaid_cents)
  SELECT recovery, recipient, book, '', cents, repaid_cents FROM recovery_line;
DROP TABLE recovery_line;
