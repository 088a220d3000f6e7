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

-- Every change of what counts, in the order of the feed, with what the response is from then on. Rows never change.
-- The partition is that of the unit. `kind`: 1 submitted, 2 continued, 3 corrected, 4 withdrawn. `follows` is the number
-- of the response's change before this one, `earlier` (of a first change) that of the first change of the response that
-- came before it for the same unit and role; 0: none.
CREATE TABLE response_change (
  partition {int} NOT NULL,
  number {int} NOT NULL,
  wave {int} NOT NULL,
  response {text} NOT NULL,
  unit {text} NOT NULL,
  place {int} NOT NULL,
  kind {int} NOT NULL,
  revision {int} NOT NULL,
  partial {int} NOT NULL,
  follows {int} NOT NULL,
  earlier {int} NOT NULL,
  accept_time {int} NOT NULL,
  change_time {int} NOT NULL,
  reason {text} NOT NULL,
  digest {bytes} NOT NULL,
  content {bytes} NOT NULL,
  PRIMARY KEY (partition, number)
) {strict};

-- Who holds an id, and which change tells what the response is now. The partition is that of the response's id, `home`
-- that of its unit.
CREATE TABLE response (
  partition {int} NOT NULL,
  wave {int} NOT NULL,
  response {text} NOT NULL,
  home {int} NOT NULL,
  number {int} NOT NULL,
  withdrawn {int} NOT NULL,
  PRIMARY KEY (partition, wave, response)
) {clustered};

-- How many responses count per unit and role, and the first change of the latest one. The partition is that of the unit.
CREATE TABLE unit_state (
  partition {int} NOT NULL,
  wave {int} NOT NULL,
  unit {text} NOT NULL,
  role {int} NOT NULL,
  complete {int} NOT NULL,
  partial {int} NOT NULL,
  latest {int} NOT NULL,
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
