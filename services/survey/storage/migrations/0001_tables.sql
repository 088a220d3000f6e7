CREATE TABLE questionnaire_version (
  questionnaire {text} NOT NULL,
  version {int} NOT NULL,
  role {int} NOT NULL,
  digest {text} NOT NULL,
  content {bytes} NOT NULL,
  publish_time {int} NOT NULL,
  PRIMARY KEY (questionnaire, version)
) {strict};

-- The growing tables know a wave by its number.
CREATE TABLE wave (
  wave {text} NOT NULL,
  number {int} NOT NULL,
  title_nl {text} NOT NULL,
  title_en {text} NOT NULL,
  snapshot {text} NOT NULL,
  snapshot_digest {text} NOT NULL,
  open_time {int} NOT NULL,
  close_time {int} NOT NULL,
  opening_digest {text} NOT NULL,
  PRIMARY KEY (wave),
  UNIQUE (number)
) {strict};

CREATE TABLE wave_questionnaire (
  wave {int} NOT NULL,
  place {int} NOT NULL,
  questionnaire {text} NOT NULL,
  version {int} NOT NULL,
  role {int} NOT NULL,
  sectors {text} NOT NULL,
  PRIMARY KEY (wave, place)
) {clustered};

CREATE TABLE wave_role (
  wave {int} NOT NULL,
  role {int} NOT NULL,
  population_units {int} NOT NULL,
  PRIMARY KEY (wave, role)
) {clustered};

-- The frame: written once when the wave is opened.
CREATE TABLE wave_unit (
  wave {int} NOT NULL,
  unit {text} NOT NULL,
  sector {int} NOT NULL,
  PRIMARY KEY (wave, unit)
) {clustered};

-- Who holds an id. The partition is that of the response's id.
CREATE TABLE response_id (
  partition {int} NOT NULL,
  wave {int} NOT NULL,
  response {text} NOT NULL,
  unit {text} NOT NULL,
  withdrawn {int} NOT NULL,
  PRIMARY KEY (partition, wave, response)
) {clustered};

-- The partition is that of the unit, as in the feed.
CREATE TABLE response (
  partition {int} NOT NULL,
  wave {int} NOT NULL,
  unit {text} NOT NULL,
  response {text} NOT NULL,
  place {int} NOT NULL,
  partial {int} NOT NULL,
  accept_time {int} NOT NULL,
  withdraw_time {int},
  withdraw_reason {text} NOT NULL,
  digest {text} NOT NULL,
  content {bytes} NOT NULL,
  PRIMARY KEY (partition, wave, unit, response)
) {strict};

-- How many responses count per unit and role. Its row is what writers about a unit wait for.
CREATE TABLE unit_state (
  partition {int} NOT NULL,
  wave {int} NOT NULL,
  unit {text} NOT NULL,
  role {int} NOT NULL,
  complete {int} NOT NULL,
  partial {int} NOT NULL,
  PRIMARY KEY (partition, wave, unit, role)
) {clustered};

-- Fieldwork, added up as it goes: the sums over partitions and days are the progress of a wave.
CREATE TABLE wave_counter (
  partition {int} NOT NULL,
  wave {int} NOT NULL,
  role {int} NOT NULL,
  day {int} NOT NULL,
  complete_units {int} NOT NULL,
  started_units {int} NOT NULL,
  complete_responses {int} NOT NULL,
  partial_responses {int} NOT NULL,
  withdrawn_responses {int} NOT NULL,
  PRIMARY KEY (partition, wave, role, day)
) {clustered};

CREATE INDEX wave_counter_by_wave ON wave_counter (wave);
