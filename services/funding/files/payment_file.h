// The file by which a bank is asked to pay a batch.
//
// ISO 20022 pain.001.001.09 (customer credit transfer initiation), the version that the European
// Payments Council's guidelines for SEPA credit transfers name since November 2023 and that Dutch
// banks take; 001.03, which they took before, is being phased out. One payment instruction per
// batch. Text is in the characters of SEPA (domain/payments/sepa_text.h).

#ifndef VG_SERVICES_FUNDING_FILES_PAYMENT_FILE_H_
#define VG_SERVICES_FUNDING_FILES_PAYMENT_FILE_H_

#include <string>

#include "absl/time/time.h"

#include "services/funding/domain/payments/batch.h"

namespace vg::funding {

// What a file says beside its transfers.
struct PaymentFileHead {
  std::string message_id;
  std::string batch;  // Its id, which names the payment instruction.
  absl::CivilDay execution_date;
  Payer payer;
  absl::Time create_time;
  int64_t line_count = 0;
  Money total;
};

// Writes such a file piece by piece; the pieces together are the file. The same batch gives the
// same bytes. Neither is thread-safe.
class PaymentXml {
 public:
  explicit PaymentXml(PaymentFileHead head) : head_(std::move(head)) {}

  std::string Begin() const;
  std::string Line(const PaymentLine& line) const;
  std::string End() const;

 private:
  const PaymentFileHead head_;
};

// The same as CSV, a row per transfer: batch, number, end_to_end_id, execution_date, payee, name,
// iban, account_number, bic, currency, amount, remittance, book, recipient, month.
class PaymentCsv {
 public:
  explicit PaymentCsv(PaymentFileHead head) : head_(std::move(head)) {}

  std::string Begin() const;
  std::string Line(const PaymentLine& line) const;
  std::string End() const { return ""; }

 private:
  const PaymentFileHead head_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_FILES_PAYMENT_FILE_H_
