-- A snapshot is written by one transaction and never changes, so that pages of it need no locks and
-- no versions. Codes are text in the form of the API without its prefix: 16SW03, 40740, GM0363.

CREATE TABLE snapshot (
  id {text} NOT NULL PRIMARY KEY,
  title {text} NOT NULL,
  count_date {text} NOT NULL,
  digest {text} NOT NULL,
  import_time {int} NOT NULL,
  synthetic {int} NOT NULL,
  school_count {int} NOT NULL,
  board_count {int} NOT NULL,
  municipality_count {int} NOT NULL,
  pupil_count {int} NOT NULL,
  suppressed_count {int} NOT NULL,
  uncounted_school_count {int} NOT NULL
) {strict};

CREATE TABLE source_file (
  snapshot_id {text} NOT NULL,
  position {int} NOT NULL,
  file_name {text} NOT NULL,
  kind {int} NOT NULL,
  sha256 {text} NOT NULL,
  row_count {int} NOT NULL,
  refused_count {int} NOT NULL,
  PRIMARY KEY (snapshot_id, position)
) {clustered};

CREATE TABLE refused_row (
  snapshot_id {text} NOT NULL,
  number {int} NOT NULL,
  file_name {text} NOT NULL,
  line {int} NOT NULL,
  column_name {text} NOT NULL,
  value {text} NOT NULL,
  code {text} NOT NULL,
  sentence {text} NOT NULL,
  PRIMARY KEY (snapshot_id, number)
) {clustered};

-- type_mask: bit 1 << SchoolType for types with pupils. pupil_counts, attributes: see row_codec.h.
-- search_text: title and place in small letters.
CREATE TABLE school (
  snapshot_id {text} NOT NULL,
  code {text} NOT NULL,
  title {text} NOT NULL,
  sector {int} NOT NULL,
  board {text} NOT NULL,
  municipality {text} NOT NULL,
  province {text} NOT NULL,
  denomination {text} NOT NULL,
  structure {text} NOT NULL,
  place {text} NOT NULL,
  postcode {text} NOT NULL,
  type_mask {int} NOT NULL,
  pupil_counts {text} NOT NULL,
  disadvantage_score {text},
  attributes {text} NOT NULL,
  search_text {text} NOT NULL,
  PRIMARY KEY (snapshot_id, code)
) {clustered};

CREATE TABLE board (
  snapshot_id {text} NOT NULL,
  number {text} NOT NULL,
  school_count {int} NOT NULL,
  pupil_count {int} NOT NULL,
  PRIMARY KEY (snapshot_id, number)
) {clustered};

CREATE TABLE municipality (
  snapshot_id {text} NOT NULL,
  code {text} NOT NULL,
  title {text} NOT NULL,
  province {text} NOT NULL,
  population {int},
  school_count {int} NOT NULL,
  pupil_count {int} NOT NULL,
  disadvantage_score {text},
  PRIMARY KEY (snapshot_id, code)
) {clustered};
