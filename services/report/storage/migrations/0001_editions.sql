CREATE TABLE edition (
  id {text} NOT NULL PRIMARY KEY,
  month {text} NOT NULL,
  -- From when the world may see it, in microseconds since 1970; null: a draft.
  publish_us {int},
  -- The edition that it revises; empty: none.
  revises {text} NOT NULL,
  digest {text} NOT NULL,
  content {bytes} NOT NULL
) {strict};

CREATE INDEX edition_by_month ON edition (month, id);
CREATE INDEX edition_by_revised ON edition (revises, publish_us);

-- Editions with the decided one that revises each: there is one at most.
CREATE VIEW edition_and_successor AS
SELECT edition.id, edition.month, edition.publish_us, edition.revises, edition.digest, edition.content,
       later.id AS successor, later.publish_us AS successor_us
FROM edition LEFT JOIN edition AS later ON later.revises = edition.id AND later.publish_us IS NOT NULL;

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
