-- Who handed a response in, as a digest; empty where nobody knows.
ALTER TABLE response ADD COLUMN submitter {text} NOT NULL DEFAULT '';

CREATE INDEX invitation_use_by_token ON invitation_use (wave, token_hash);
