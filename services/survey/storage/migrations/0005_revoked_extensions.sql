-- Extensions that were taken back.
ALTER TABLE wave_extension ADD COLUMN revoke_time {int};
ALTER TABLE wave_extension ADD COLUMN revoke_reason {text} NOT NULL DEFAULT '';

-- How many of a wave were.
ALTER TABLE wave ADD COLUMN revoked_extensions {int} NOT NULL DEFAULT 0;
