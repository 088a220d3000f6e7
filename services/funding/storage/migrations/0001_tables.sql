CREATE TABLE scheme_version (
  scheme {text} NOT NULL,
  version {int} NOT NULL,
  digest {text} NOT NULL,
  publish_time {int} NOT NULL,
  content {bytes} NOT NULL,  -- The scheme as it was published.
  PRIMARY KEY (scheme, version)
) {strict};

CREATE TABLE run (
  id {text} NOT NULL PRIMARY KEY,
  scheme {text} NOT NULL,
  version {int} NOT NULL,
  snapshot {text} NOT NULL,
  create_time {int} NOT NULL,
  facts {bytes} NOT NULL  -- Digests, state and totals.
) {strict};

CREATE INDEX run_by_time ON run (create_time, id);

CREATE TABLE allocation (
  run {text} NOT NULL,
  recipient {text} NOT NULL,
  title {text} NOT NULL,
  cents {int},  -- Null: could not be determined.
  undetermined_reason {text} NOT NULL,
  -- The components that apply, by their place in the scheme, in cents: "0:17529000 2:2511600", "1:?".
  components {text} NOT NULL,
  PRIMARY KEY (run, recipient)
) {clustered};
