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
