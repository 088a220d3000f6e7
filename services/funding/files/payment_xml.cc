#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/time/clock.h"
#include "pugixml.hpp"
#include "services/funding/domain/payments/sepa_text.h"
#include "services/funding/files/payment_file.h"

namespace vg::funding {
namespace {

using pugi::xml_node;

constexpr char kDeclaration[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
constexpr char kOpen[] =
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n<CstmrCdtTrfInitn>\n";
constexpr char kClose[] = "</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n";

// Room that the guidelines give.
constexpr size_t kMostName = 70;
constexpr size_t kMostRemittance = 140;

xml_node Element(xml_node parent, const char* name) { return parent.append_child(name); }
void Text(xml_node parent, const char* name, const std::string& text) {
  parent.append_child(name).append_child(pugi::node_pcdata).set_value(text.c_str());
}

std::string Printed(const pugi::xml_document& document) {
  std::ostringstream out;
  for (const xml_node& node : document.children()) {
    node.print(out, "", pugi::format_raw, pugi::encoding_utf8);
    out << "\n";
  }
  return std::move(out).str();
}

void AddAccount(xml_node parent, const char* name, const BankAccount& account,
                const Currency* currency) {
  xml_node node = Element(parent, name);
  if (account.iban.empty()) {
    Text(Element(Element(node, "Id"), "Othr"), "Id", account.number);
  } else {
    Text(Element(node, "Id"), "IBAN", account.iban);
  }
  if (currency != nullptr) Text(node, "Ccy", std::string(currency->code()));
}

void AddAgent(xml_node parent, const char* name, const BankAccount& account) {
  xml_node agent = Element(Element(parent, name), "FinInstnId");
  if (account.bic.empty()) {
    Text(Element(agent, "Othr"), "Id", "NOTPROVIDED");
  } else {
    Text(agent, "BICFI", account.bic);
  }
}

// Whole seconds in UTC: banks refuse fractions of a second here and there.
std::string Moment(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

}  // namespace

std::string PaymentXml::Begin() const {
  const bool euro = head_.total.currency == Currency::Eur();
  const std::string count = absl::StrCat(head_.line_count);
  const std::string title = SepaText(head_.payer.title, kMostName);
  pugi::xml_document group;
  xml_node header = Element(group, "GrpHdr");
  Text(header, "MsgId", head_.message_id);
  Text(header, "CreDtTm", Moment(head_.create_time));
  Text(header, "NbOfTxs", count);
  Text(header, "CtrlSum", ToDecimal(head_.total));
  Text(Element(header, "InitgPty"), "Nm", title);

  pugi::xml_document instruction;
  Text(instruction, "PmtInfId", head_.batch);
  Text(instruction, "PmtMtd", "TRF");
  // One debit per transfer, so that the statement tells each of them.
  Text(instruction, "BtchBookg", "false");
  Text(instruction, "NbOfTxs", count);
  Text(instruction, "CtrlSum", ToDecimal(head_.total));
  Text(Element(Element(instruction, "PmtTpInf"), "SvcLvl"), "Cd", euro ? "SEPA" : "NURG");
  Text(Element(instruction, "ReqdExctnDt"), "Dt", FormatDay(head_.execution_date));
  Text(Element(instruction, "Dbtr"), "Nm", title);
  AddAccount(instruction, "DbtrAcct", head_.payer.account, &head_.total.currency);
  AddAgent(instruction, "DbtrAgt", head_.payer.account);
  Text(instruction, "ChrgBr", euro ? "SLEV" : "SHAR");
  return absl::StrCat(kDeclaration, kOpen, Printed(group), "<PmtInf>\n", Printed(instruction));
}

std::string PaymentXml::Line(const PaymentLine& line) const {
  pugi::xml_document document;
  xml_node transfer = Element(document, "CdtTrfTxInf");
  xml_node id = Element(transfer, "PmtId");
  Text(id, "InstrId", absl::StrCat(line.number));
  Text(id, "EndToEndId", line.end_to_end_id);
  xml_node amount = Element(Element(transfer, "Amt"), "InstdAmt");
  const std::string currency(line.due.amount.currency.code());
  amount.append_attribute("Ccy").set_value(currency.c_str());
  amount.append_child(pugi::node_pcdata).set_value(ToDecimal(line.due.amount).c_str());
  if (!line.account.bic.empty()) AddAgent(transfer, "CdtrAgt", line.account);
  Text(Element(transfer, "Cdtr"), "Nm", SepaText(line.payee_title, kMostName));
  AddAccount(transfer, "CdtrAcct", line.account, nullptr);
  Text(Element(transfer, "RmtInf"), "Ustrd", SepaText(Remittance(line.due), kMostRemittance));
  return Printed(document);
}

std::string PaymentXml::End() const { return kClose; }

}  // namespace vg::funding
