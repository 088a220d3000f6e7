-- What the registry knew of a unit when the wave was opened: see storage/attributes_text.h.
ALTER TABLE wave_unit ADD COLUMN attributes {text} NOT NULL DEFAULT '';

-- Who may answer.
ALTER TABLE wave_questionnaire ADD COLUMN access {int} NOT NULL DEFAULT 0;

-- How many rows of the wave the tables below hold. Most waves have none, and then nobody looks.
ALTER TABLE wave ADD COLUMN quotas {int} NOT NULL DEFAULT 0;
ALTER TABLE wave ADD COLUMN samples {int} NOT NULL DEFAULT 0;
ALTER TABLE wave ADD COLUMN extensions {int} NOT NULL DEFAULT 0;

CREATE TABLE wave_quota (
  wave {int} NOT NULL,
  place {int} NOT NULL,
  quota {text} NOT NULL,
  role {int} NOT NULL,
  attributes {text} NOT NULL,
  most {int} NOT NULL,
  PRIMARY KEY (wave, place)
) {clustered};

-- Samples are written once when the wave is opened.
CREATE TABLE wave_sample (
  wave {int} NOT NULL,
  role {int} NOT NULL,
  description {text} NOT NULL,
  digest {text} NOT NULL,
  units {int} NOT NULL,
  strata {int} NOT NULL,
  stages {int} NOT NULL,
  weight {text} NOT NULL,
  PRIMARY KEY (wave, role)
) {clustered};

CREATE TABLE wave_sample_unit (
  wave {int} NOT NULL,
  role {int} NOT NULL,
  unit {text} NOT NULL,
  stratum {text} NOT NULL,
  stages {text} NOT NULL,
  weight {text} NOT NULL,
  attributes {text} NOT NULL,
  PRIMARY KEY (wave, role, unit)
) {clustered};

-- For whom a wave stays open longer.
CREATE TABLE wave_extension (
  wave {int} NOT NULL,
  extension {text} NOT NULL,
  role {int} NOT NULL,
  units {text} NOT NULL,
  attributes {text} NOT NULL,
  until {int} NOT NULL,
  reason {text} NOT NULL,
  grantor {text} NOT NULL,
  grant_time {int} NOT NULL,
  PRIMARY KEY (wave, extension)
) {strict};

-- What the tokens of a wave are made of. Who may not see tokens may not read this table.
CREATE TABLE invitation_key (
  wave {int} NOT NULL,
  secret {bytes} NOT NULL,
  PRIMARY KEY (wave)
) {strict};

CREATE TABLE invitation (
  wave {int} NOT NULL,
  role {int} NOT NULL,
  unit {text} NOT NULL,
  number {int} NOT NULL,
  kind {int} NOT NULL,
  most {int} NOT NULL,
  uses {int} NOT NULL,
  token_hash {text} NOT NULL,
  create_time {int} NOT NULL,
  revoke_time {int},
  revoke_reason {text} NOT NULL,
  PRIMARY KEY (wave, role, unit, number),
  UNIQUE (wave, token_hash)
) {strict};

-- Which responses an invitation was used for.
CREATE TABLE invitation_use (
  wave {int} NOT NULL,
  response {text} NOT NULL,
  token_hash {text} NOT NULL,
  PRIMARY KEY (wave, response)
) {clustered};

-- What interviewers and desks found, whenever it is told.
CREATE TABLE disposition_event (
  wave {int} NOT NULL,
  role {int} NOT NULL,
  unit {text} NOT NULL,
  event_time {int} NOT NULL,
  disposition {int} NOT NULL,
  record_time {int} NOT NULL,
  note {text} NOT NULL,
  PRIMARY KEY (wave, role, unit, event_time, disposition)
) {strict};

-- The last of those events per unit.
CREATE TABLE disposition (
  wave {int} NOT NULL,
  role {int} NOT NULL,
  unit {text} NOT NULL,
  event_time {int} NOT NULL,
  disposition {int} NOT NULL,
  PRIMARY KEY (wave, role, unit)
) {clustered};

CREATE TABLE reminder (
  wave {int} NOT NULL,
  role {int} NOT NULL,
  unit {text} NOT NULL,
  remind_time {int} NOT NULL,
  PRIMARY KEY (wave, role, unit, remind_time)
) {clustered};
