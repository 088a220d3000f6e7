-- What a response was before each change. `kind`, `reason` and `change_time` tell of the change that
-- ended the revision, and so of the next one.
CREATE TABLE response_revision (
  partition {int} NOT NULL,
  wave {int} NOT NULL,
  unit {text} NOT NULL,
  response {text} NOT NULL,
  revision {int} NOT NULL,
  partial {int} NOT NULL,
  accept_time {int} NOT NULL,
  digest {text} NOT NULL,
  content {bytes} NOT NULL,
  kind {int} NOT NULL,
  reason {text} NOT NULL,
  change_time {int} NOT NULL,
  PRIMARY KEY (partition, wave, unit, response, revision)
) {strict};

ALTER TABLE response ADD COLUMN revision {int} NOT NULL DEFAULT 1;

-- 4 is a withdrawal.
INSERT INTO response_revision (partition, wave, unit, response, revision, partial, accept_time,
  digest, content, kind, reason, change_time)
SELECT partition, wave, unit, response, 1, partial, accept_time, digest, content, 4,
  withdraw_reason, withdraw_time
FROM response WHERE withdraw_time IS NOT NULL;

UPDATE response SET revision = 2 WHERE withdraw_time IS NOT NULL;

-- How a response was answered, as its client told. The partition is that of the unit.
CREATE TABLE paradata (
  partition {int} NOT NULL,
  wave {int} NOT NULL,
  unit {text} NOT NULL,
  response {text} NOT NULL,
  content {bytes} NOT NULL,
  PRIMARY KEY (partition, wave, unit, response)
) {strict};

-- The last refusal of a response for its answers. The partition is that of the response's id.
CREATE TABLE refusal (
  partition {int} NOT NULL,
  wave {int} NOT NULL,
  response {text} NOT NULL,
  unit {text} NOT NULL,
  refuse_time {int} NOT NULL,
  count {int} NOT NULL,
  answers {bytes} NOT NULL,
  PRIMARY KEY (partition, wave, response)
) {strict};

-- How many refusals a wave has, because there is a limit.
CREATE TABLE refusal_count (
  wave {int} NOT NULL,
  refusals {int} NOT NULL,
  PRIMARY KEY (wave)
) {clustered};

-- How many complete responses count in a quota. The row without a quota's name is what writers
-- about the quotas of a wave wait for.
CREATE TABLE quota_count (
  wave {int} NOT NULL,
  quota {text} NOT NULL,
  taken {int} NOT NULL,
  PRIMARY KEY (wave, quota)
) {clustered};

-- For whom a quota had no room. The partition is that of the response's id.
CREATE TABLE turned_away (
  partition {int} NOT NULL,
  wave {int} NOT NULL,
  response {text} NOT NULL,
  unit {text} NOT NULL,
  quota {text} NOT NULL,
  turn_away_time {int} NOT NULL,
  PRIMARY KEY (partition, wave, response)
) {clustered};
