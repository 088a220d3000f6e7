-- What is being written and is not published yet. A revision is never used twice while a draft is there.
CREATE TABLE questionnaire_draft (
  questionnaire {text} NOT NULL,
  revision {int} NOT NULL,
  content {bytes} NOT NULL,
  update_time {int} NOT NULL,
  PRIMARY KEY (questionnaire)
) {strict};

-- How a version relates to the one before it, as told and stated when it was published.
CREATE TABLE questionnaire_comparison (
  questionnaire {text} NOT NULL,
  version {int} NOT NULL,
  comparisons {bytes} NOT NULL,
  statements {bytes} NOT NULL,
  PRIMARY KEY (questionnaire, version)
) {strict};
