-- Policies of disclosure control as they were set. An indicator without a row has the default.
CREATE TABLE disclosure_policy (
  indicator_id {text} NOT NULL,
  version {int} NOT NULL,
  policy {bytes} NOT NULL,       -- As the API has it; not looked into here.
  digest {text} NOT NULL,
  set_time {int} NOT NULL,       -- Microseconds since 1970, UTC.
  set_by {text} NOT NULL,
  PRIMARY KEY (indicator_id, version)
) {strict};

-- What noise and random rounding are drawn from; one row, made when it is first needed and never changed.
CREATE TABLE disclosure_secret (
  place {int} NOT NULL PRIMARY KEY,
  secret {bytes} NOT NULL
) {strict};

-- Tables that were published or answered, the newest of each: what later ones are held against.
CREATE TABLE answered_table (
  audience {text} NOT NULL,      -- "public", or "caller/" and who was answered.
  indicator_serial {int} NOT NULL,
  wave {text} NOT NULL,          -- Empty for programmes.
  spec_digest {text} NOT NULL,   -- Of what was asked.
  spec {bytes} NOT NULL,         -- What was asked, as the API has it.
  shown {bytes} NOT NULL,        -- Which groups were shown.
  answer_time {int} NOT NULL,
  PRIMARY KEY (audience, indicator_serial, wave, spec_digest)
) {strict};
