CREATE TABLE payee_change (
  id {text} NOT NULL PRIMARY KEY,
  digest {text} NOT NULL,  -- Of its accounts.
  state {text} NOT NULL,  -- proposed, approved, rejected
  account_count {int} NOT NULL,
  proposed_by {text} NOT NULL,
  propose_time {int} NOT NULL,
  decided_by {text} NOT NULL,  -- Empty: not decided.
  decide_time {int},
  reason {text} NOT NULL
) {strict};

CREATE INDEX payee_change_by_time ON payee_change (propose_time, id);

CREATE TABLE payee_account (
  change {text} NOT NULL,
  number {int} NOT NULL,
  payee {text} NOT NULL,
  title {text} NOT NULL,
  iban {text} NOT NULL,
  account_number {text} NOT NULL,
  bic {text} NOT NULL,
  country {text} NOT NULL,
  valid_from {text} NOT NULL,
  valid_until {text} NOT NULL,  -- Empty: until told otherwise.
  source {text} NOT NULL,
  PRIMARY KEY (change, number)
) {clustered};

CREATE INDEX payee_account_by_payee ON payee_account (payee, change);

CREATE TABLE payment_batch (
  id {text} NOT NULL PRIMARY KEY,
  period {text} NOT NULL,  -- The first day of its month.
  currency {text} NOT NULL,
  sequence {int} NOT NULL,
  execution_day {text} NOT NULL,
  payer_title {text} NOT NULL,
  payer_iban {text} NOT NULL,
  payer_number {text} NOT NULL,
  payer_bic {text} NOT NULL,
  snapshot {text} NOT NULL,  -- Which says whose account a recipient is paid to.
  message_id {text} NOT NULL,
  digest {text} NOT NULL,
  line_count {int} NOT NULL,
  total_cents {int} NOT NULL,
  blocked_count {int} NOT NULL,
  create_time {int} NOT NULL,
  created_by {text} NOT NULL,
  export_time {int},
  exported_by {text} NOT NULL,
  file_digest {text} NOT NULL  -- Of the XML as it was exported; empty before.
) {strict};

CREATE UNIQUE INDEX payment_batch_by_period ON payment_batch (period, currency, sequence);

CREATE TABLE payment_line (
  batch {text} NOT NULL,
  number {int} NOT NULL,
  book {text} NOT NULL,
  recipient {text} NOT NULL,
  payment {int} NOT NULL,  -- The recipient's planned payment.
  attempt {int} NOT NULL,  -- How manieth time it is paid.
  month {text} NOT NULL,
  payee {text} NOT NULL,
  payee_title {text} NOT NULL,
  iban {text} NOT NULL,
  account_number {text} NOT NULL,
  bic {text} NOT NULL,
  cents {int} NOT NULL,
  end_to_end_id {text} NOT NULL,
  state {text} NOT NULL,  -- created, exported, confirmed, returned
  return_reason {text} NOT NULL,
  PRIMARY KEY (batch, number)
) {strict};

CREATE UNIQUE INDEX payment_line_by_id ON payment_line (end_to_end_id);
-- No attempt at a payment is in two files.
CREATE UNIQUE INDEX payment_line_by_payment ON payment_line (book, recipient, payment, attempt);
CREATE INDEX payment_line_by_state ON payment_line (batch, state, number);

CREATE TABLE blocked_payment (
  batch {text} NOT NULL,
  number {int} NOT NULL,
  book {text} NOT NULL,
  recipient {text} NOT NULL,
  payment {int} NOT NULL,
  month {text} NOT NULL,
  payee {text} NOT NULL,
  cents {int} NOT NULL,
  reason {text} NOT NULL,
  PRIMARY KEY (batch, number)
) {clustered};

CREATE TABLE bank_statement (
  account {text} NOT NULL,
  id {text} NOT NULL,
  digest {text} NOT NULL,
  last_day {text} NOT NULL,
  currency {text} NOT NULL,
  transaction_count {int} NOT NULL,
  confirmed_count {int} NOT NULL,
  returned_count {int} NOT NULL,
  difference_count {int} NOT NULL,
  import_time {int} NOT NULL,
  imported_by {text} NOT NULL,
  PRIMARY KEY (account, id)
) {strict};

CREATE TABLE bank_transaction (
  account {text} NOT NULL,
  statement {text} NOT NULL,
  number {int} NOT NULL,
  booking_day {text} NOT NULL,
  currency {text} NOT NULL,
  cents {int} NOT NULL,
  credit {int} NOT NULL,
  end_to_end_id {text} NOT NULL,
  instruction_id {text} NOT NULL,
  counter_account {text} NOT NULL,
  counter_name {text} NOT NULL,
  reference {text} NOT NULL,
  return_reason {text} NOT NULL,
  remittance {text} NOT NULL,
  PRIMARY KEY (account, statement, number)
) {clustered};

-- Which transaction changed which line, and by which rule.
CREATE TABLE payment_match (
  batch {text} NOT NULL,
  line {int} NOT NULL,
  state {text} NOT NULL,  -- What it became: confirmed, returned.
  account {text} NOT NULL,
  statement {text} NOT NULL,
  bank_transaction {int} NOT NULL,
  rule {text} NOT NULL,
  PRIMARY KEY (batch, line, state)
) {clustered};

CREATE TABLE payment_difference (
  account {text} NOT NULL,
  statement {text} NOT NULL,
  number {int} NOT NULL,
  kind {text} NOT NULL,
  bank_transaction {int} NOT NULL,
  end_to_end_id {text} NOT NULL,
  sentence {text} NOT NULL,
  PRIMARY KEY (account, statement, number)
) {clustered};
