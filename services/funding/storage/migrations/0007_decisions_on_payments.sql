-- A batch is prepared by one person and authorised by another.
ALTER TABLE payment_batch ADD COLUMN state {text} NOT NULL DEFAULT 'prepared';
ALTER TABLE payment_batch ADD COLUMN decided_by {text} NOT NULL DEFAULT '';
ALTER TABLE payment_batch ADD COLUMN decide_time {int};
ALTER TABLE payment_batch ADD COLUMN reason {text} NOT NULL DEFAULT '';
-- What a bank has seen went there before batches were authorised.
UPDATE payment_batch SET state = 'authorised' WHERE export_time IS NOT NULL;

ALTER TABLE payment_difference ADD COLUMN id {text} NOT NULL DEFAULT '';
UPDATE payment_difference SET id = account || '-' || statement || '-' || number;
CREATE UNIQUE INDEX payment_difference_by_id ON payment_difference (id);

-- How differences are dealt with. One that was rejected stays, and another may follow it.
CREATE TABLE difference_resolution (
  difference {text} NOT NULL,  -- Of a payment that is missing: "missing-" and its end-to-end id.
  number {int} NOT NULL,
  kind {text} NOT NULL,
  note {text} NOT NULL,
  transfer {text} NOT NULL,  -- Its end-to-end id; empty: money does not move.
  state {text} NOT NULL,     -- proposed, resolved, rejected
  resolved_by {text} NOT NULL,
  resolve_time {int} NOT NULL,
  decided_by {text} NOT NULL,
  decide_time {int},
  reason {text} NOT NULL,
  PRIMARY KEY (difference, number)
) {strict};

CREATE UNIQUE INDEX difference_resolution_that_holds ON difference_resolution (difference)
  WHERE state <> 'rejected';
