-- Defined versions. Only the newest of an indicator has sums.
CREATE TABLE indicator (
  serial {identity},
  indicator_id {text} NOT NULL,
  version {int} NOT NULL,
  feed {text} NOT NULL,          -- "survey.responses", "catalogue.programmes"
  definition {bytes} NOT NULL,   -- As the API has it; not looked into here.
  digest {text} NOT NULL,
  define_time {int} NOT NULL,    -- Microseconds since 1970, UTC.
  stage {int} NOT NULL,          -- 0 waits for a pass over the feed's past, 1 is in one, 2 is live.
  newest {int} NOT NULL
) {strict};
CREATE UNIQUE INDEX indicator_version ON indicator (indicator_id, version);

-- What the records of a unit add up to, by category; the base row's category is empty. Grows with units × indicators,
-- not with answers. Rows are found by partition first, so that they can be spread over machines.
CREATE TABLE unit_sums (
  partition_number {int} NOT NULL,
  indicator_serial {int} NOT NULL,
  wave {text} NOT NULL,          -- Empty for programmes.
  unit {text} NOT NULL,          -- "schools/16SW03"
  category {text} NOT NULL,
  n {int} NOT NULL,
  sum {int} NOT NULL,
  squares {int} NOT NULL,
  PRIMARY KEY (partition_number, indicator_serial, wave, unit, category)
) {clustered};
