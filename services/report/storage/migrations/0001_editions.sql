CREATE TABLE edition (
  id {text} NOT NULL PRIMARY KEY,
  month {text} NOT NULL,
  published {int} NOT NULL,
  digest {text} NOT NULL,
  content {bytes} NOT NULL
) {strict};

CREATE INDEX edition_by_month ON edition (month, id);

CREATE TABLE edition_file (
  edition {text} NOT NULL,
  path {text} NOT NULL,
  media_type {text} NOT NULL,
  sha256 {text} NOT NULL,
  PRIMARY KEY (edition, path)
) {clustered};

CREATE INDEX edition_file_by_content ON edition_file (sha256);

-- Bytes are kept once, however many editions have them.
CREATE TABLE file_content (
  sha256 {text} NOT NULL PRIMARY KEY,
  bytes {bytes} NOT NULL
) {strict};
