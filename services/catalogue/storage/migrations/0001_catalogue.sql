CREATE TABLE menu_edition (
  id {text} NOT NULL PRIMARY KEY,
  start_date {text} NOT NULL,
  digest {text} NOT NULL,
  header {bytes} NOT NULL,
  content {bytes} NOT NULL
) {strict};

CREATE INDEX menu_edition_by_start ON menu_edition (start_date, id);

-- A writer of a partition updates its row first and so sees what all writers before it did.
CREATE TABLE programme_lock (
  partition {int} NOT NULL PRIMARY KEY,
  writes {int} NOT NULL
) {clustered};

CREATE TABLE programme (
  partition {int} NOT NULL,
  school {text} NOT NULL,
  school_year {text} NOT NULL,
  menu_edition {text} NOT NULL,
  revision {int} NOT NULL,
  content {bytes} NOT NULL,
  PRIMARY KEY (partition, school, school_year)
) {strict};

CREATE INDEX programme_by_school ON programme (school, school_year);

CREATE TABLE programme_choice (
  partition {int} NOT NULL,
  school {text} NOT NULL,
  school_year {text} NOT NULL,
  intervention {text} NOT NULL,
  status {int} NOT NULL,
  PRIMARY KEY (partition, school, school_year, intervention)
) {clustered};

CREATE INDEX programme_choice_by_intervention
  ON programme_choice (intervention, school, school_year);
CREATE INDEX programme_choice_by_status ON programme_choice (school_year, intervention, status);

-- What programmes were before their last change.
CREATE TABLE programme_revision (
  partition {int} NOT NULL,
  school {text} NOT NULL,
  school_year {text} NOT NULL,
  revision {int} NOT NULL,
  content {bytes} NOT NULL,
  PRIMARY KEY (partition, school, school_year, revision)
) {strict};
