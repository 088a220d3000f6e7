#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/text/encoding.h"
#include "common/time/clock.h"
#include "pugixml.hpp"
#include "services/funding/files/row_file.h"
#include "services/funding/files/statement_file.h"

namespace vg::funding {
namespace {

using pugi::xml_node;

constexpr std::string_view kNamespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.";
constexpr size_t kMostId = 35;     // ISO 20022's Max35Text.
constexpr size_t kMostText = 500;  // Longer texts are cut: they only help people.
constexpr absl::CivilDay kNoDay(1, 1, 1);

absl::Status Bad(std::string_view reason, std::string sentence) {
  return Error(absl::StatusCode::kInvalidArgument, reason, std::move(sentence));
}

// Some banks give every element a prefix ("ns2:Stmt"); the name after it counts.
std::string_view LocalName(const xml_node& node) {
  const std::string_view name = node.name();
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

xml_node Child(const xml_node& parent, std::string_view name) {
  for (const xml_node& child : parent.children()) {
    if (LocalName(child) == name) return child;
  }
  return {};
}

// "Refs/EndToEndId", from `node`.
xml_node At(xml_node node, std::string_view path) {
  while (!path.empty()) {
    const size_t slash = path.find('/');
    node = Child(node, path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return node;
}

// At most `most` bytes of `text`, whole characters.
std::string Cut(std::string text, size_t most) {
  if (text.size() <= most) return text;
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

std::string TextAt(const xml_node& node, std::string_view path, size_t most = kMostText) {
  return Cut(At(node, path).text().get(), most);
}

template <typename Visit>
absl::Status ForEach(const xml_node& parent, std::string_view name, const Visit& visit) {
  for (const xml_node& child : parent.children()) {
    if (LocalName(child) != name) continue;
    RETURN_IF_ERROR(visit(child));
  }
  return absl::OkStatus();
}

absl::Status BadStatement(std::string_view path, std::string_view what) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_STATEMENT",
               absl::StrCat("the bank's file cannot be read: ", Av(path), " ", Av(what)),
               {{"path", std::string(path)}});
}

absl::StatusOr<absl::CivilDay> DayAt(const xml_node& node, const char* name,
                                     const std::string& path) {
  // A date, or a moment whose day counts: "2021-11-25", "2021-11-25T10:00:00+01:00".
  const xml_node day_or_moment = Child(node, name);
  std::string text = TextAt(day_or_moment, "Dt");
  if (text.empty()) text = TextAt(day_or_moment, "DtTm");
  const absl::StatusOr<absl::CivilDay> day = ParseDay(text.substr(0, 10));
  if (!day.ok()) {
    return BadStatement(absl::StrCat(path, "/", name),
                        absl::StrCat("is no day: '", text.substr(0, 40), "'"));
  }
  return day;
}

absl::StatusOr<Money> AmountIn(const xml_node& amount, std::string_view path) {
  ASSIGN_OR_RETURN(const Currency currency, Currency::FromCode(amount.attribute("Ccy").value()));
  const std::string text = amount.text().get();
  absl::StatusOr<Money> money = MoneyFromText(text);
  if (!money.ok() || money->cents < 0 || text.find(' ') != std::string::npos) {
    return BadStatement(path, absl::StrCat("is no amount: '", text.substr(0, 40), "'"));
  }
  money->currency = currency;
  return money;
}

absl::StatusOr<bool> IsCredit(const xml_node& node, std::string_view path) {
  const std::string text = TextAt(node, "CdtDbtInd");
  if (text != "CRDT" && text != "DBIT") {
    return BadStatement(path, "has no CdtDbtInd that is CRDT or DBIT");
  }
  return text == "CRDT";
}

std::string AccountAt(const xml_node& node, std::string_view path) {
  const xml_node id = Child(At(node, path), "Id");
  const std::string iban = TextAt(id, "IBAN", kMostId);
  return iban.empty() ? TextAt(id, "Othr/Id", kMostId) : iban;
}

// What people wrote, on any number of lines.
std::string Remittance(const xml_node& details) {
  std::string text;
  for (const xml_node& line : Child(details, "RmtInf").children()) {
    if (LocalName(line) != "Ustrd" || text.size() >= kMostText) continue;
    absl::StrAppend(&text, text.empty() ? "" : " ", line.text().get());
  }
  return Cut(std::move(text), kMostText);
}

// The transactions of one entry.
class EntryReader {
 public:
  EntryReader(const xml_node& entry, std::string path, BankStatement& statement)
      : entry_(entry), path_(std::move(path)), statement_(statement) {}

  absl::Status Read() {
    ASSIGN_OR_RETURN(amount_, AmountIn(Child(entry_, "Amt"), absl::StrCat(path_, "/Amt")));
    ASSIGN_OR_RETURN(credit_, IsCredit(entry_, path_));
    ASSIGN_OR_RETURN(day_, DayAt(entry_, Child(entry_, "BookgDt") ? "BookgDt" : "ValDt", path_));
    if (day_ > statement_.last_day) statement_.last_day = day_;
    std::vector<xml_node> details;
    RETURN_IF_ERROR(ForEach(entry_, "NtryDtls", [&](const xml_node& group) {
      return ForEach(group, "TxDtls", [&](const xml_node& one) {
        details.push_back(one);
        return absl::OkStatus();
      });
    }));
    if (details.size() < 2) {
      AddOne(details.empty() ? xml_node() : details[0], amount_, credit_);
      return absl::OkStatus();
    }
    return AddEach(details);
  }

 private:
  // Absent if the bank does not tell the parts.
  absl::StatusOr<std::optional<Money>> PartOf(const xml_node& details) {
    for (const char* path : {"Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"}) {
      const xml_node amount = At(details, path);
      if (!amount) continue;
      ASSIGN_OR_RETURN(const Money part, AmountIn(amount, absl::StrCat(path_, "/", path)));
      return std::optional(part);
    }
    return std::optional<Money>();
  }

  absl::Status AddEach(const std::vector<xml_node>& all) {
    std::vector<std::pair<Money, bool>> parts;
    Money sum{0, amount_.currency};
    for (const xml_node& details : all) {
      ASSIGN_OR_RETURN(const std::optional<Money> part, PartOf(details));
      if (!part.has_value()) {  // Without parts the whole is one transaction.
        AddOne(all[0], amount_, credit_);
        statement_.transactions.back().end_to_end_id.clear();
        return absl::OkStatus();
      }
      bool credit = credit_;
      if (Child(details, "CdtDbtInd")) {
        ASSIGN_OR_RETURN(credit, IsCredit(details, path_));
      }
      ASSIGN_OR_RETURN(sum, credit == credit_ ? Add(sum, *part) : Subtract(sum, *part));
      parts.emplace_back(*part, credit);
    }
    if (sum != amount_) {
      return Error(absl::StatusCode::kInvalidArgument, "ENTRY_SUM_DIFFERS",
                   absl::StrCat(path_, " is of ", ToText(amount_), " and its transactions come to ",
                                ToText(sum)),
                   {{"path", path_}});
    }
    for (size_t i = 0; i < all.size(); ++i) AddOne(all[i], parts[i].first, parts[i].second);
    return absl::OkStatus();
  }

  void AddOne(const xml_node& details, Money amount, bool credit) {
    BankTransaction transaction{
        .number = static_cast<int>(statement_.transactions.size()) + 1,
        .booking_day = day_,
        .amount = amount,
        .credit = credit,
        .end_to_end_id = TextAt(details, "Refs/EndToEndId", kMostId),
        .instruction_id = TextAt(details, "Refs/PmtInfId", kMostId),
        .counter_account = AccountAt(details, credit ? "RltdPties/DbtrAcct" : "RltdPties/CdtrAcct"),
        .reference = TextAt(details, "Refs/AcctSvcrRef", kMostId),
        .return_reason = TextAt(details, "RtrInf/Rsn/Cd", kMostId),
        .remittance = Remittance(details)};
    const std::string party = credit ? "RltdPties/Dbtr" : "RltdPties/Cdtr";
    transaction.counter_name = TextAt(details, absl::StrCat(party, "/Nm"));
    if (transaction.counter_name.empty()) {
      transaction.counter_name = TextAt(details, absl::StrCat(party, "/Pty/Nm"));
    }
    if (transaction.end_to_end_id == "NOTPROVIDED") transaction.end_to_end_id.clear();
    if (transaction.instruction_id.empty()) {
      transaction.instruction_id = TextAt(entry_, "NtryDtls/Btch/PmtInfId", kMostId);
    }
    if (transaction.reference.empty()) {
      transaction.reference = TextAt(entry_, "AcctSvcrRef", kMostId);
    }
    if (transaction.remittance.empty()) transaction.remittance = TextAt(entry_, "AddtlNtryInf");
    statement_.transactions.push_back(std::move(transaction));
  }

  const xml_node& entry_;
  const std::string path_;
  BankStatement& statement_;
  Money amount_;
  bool credit_ = false;
  absl::CivilDay day_;
};

absl::Status ReadBalances(const xml_node& node, const std::string& path, BankStatement& statement) {
  bool first = true;
  return ForEach(node, "Bal", [&](const xml_node& balance) -> absl::Status {
    const std::string type = TextAt(balance, "Tp/CdOrPrtry/Cd");
    const bool opening = type == "OPBD" || (type == "PRCD" && !statement.opening.has_value());
    if (!opening && type != "CLBD") return absl::OkStatus();
    ASSIGN_OR_RETURN(Money amount, AmountIn(Child(balance, "Amt"), absl::StrCat(path, "/Bal/Amt")));
    ASSIGN_OR_RETURN(const bool credit, IsCredit(balance, absl::StrCat(path, "/Bal")));
    if (!credit) amount.cents = -amount.cents;
    if (!first && amount.currency != statement.currency) {
      return Error(absl::StatusCode::kInvalidArgument, "CURRENCY_MISMATCH",
                   absl::StrCat(path, " has balances in two currencies"));
    }
    first = false;
    statement.currency = amount.currency;
    (opening ? statement.opening : statement.closing) = amount;
    ASSIGN_OR_RETURN(const absl::CivilDay day, DayAt(balance, "Dt", absl::StrCat(path, "/Bal")));
    if (day > statement.last_day) statement.last_day = day;
    return absl::OkStatus();
  });
}

absl::Status CheckSummary(const xml_node& summary, std::string_view name, int64_t count,
                          const Exact& sum, const std::string& path) {
  const xml_node told = Child(summary, name);
  const std::string told_count = TextAt(told, "NbOfNtries");
  const std::string told_sum = TextAt(told, "Sum");
  const absl::StatusOr<Exact> value = Exact::FromDecimal(told_sum);
  const bool wrong_count = !told_count.empty() && told_count != absl::StrCat(count);
  const bool wrong_sum = !told_sum.empty() && (!value.ok() || *value != sum);
  if (!wrong_count && !wrong_sum) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, "SUMMARY_DIFFERS",
               absl::StrCat(path, "/TxsSummry/", Av(name), " tells of ", told_count,
                            " entries and ", told_sum, "; there are ", count, ", of ",
                            sum.ToDecimal(2, Rounding::kDown), "; ask the bank for the whole file"),
               {{"path", path}});
}

// Files say UTF-8 and are not always.
bool AllUtf8(const BankStatement& statement) {
  if (!IsUtf8(statement.id) || !IsUtf8(statement.account)) return false;
  for (const BankTransaction& transaction : statement.transactions) {
    for (const std::string* text :
         {&transaction.end_to_end_id, &transaction.instruction_id, &transaction.counter_account,
          &transaction.counter_name, &transaction.reference, &transaction.return_reason,
          &transaction.remittance}) {
      if (!IsUtf8(*text)) return false;
    }
  }
  return true;
}

absl::StatusOr<BankStatement> ReadStatement(const xml_node& node, const std::string& path) {
  BankStatement statement{
      .id = At(node, "Id").text().get(), .account = AccountAt(node, "Acct"), .last_day = kNoDay};
  if (statement.id.empty() || statement.id.size() > kMostId) {
    return BadStatement(absl::StrCat(path, "/Id"), "must have 1 to 35 characters");
  }
  if (statement.account.empty()) return BadStatement(absl::StrCat(path, "/Acct"), "is not there");
  if (const std::string currency = TextAt(node, "Acct/Ccy"); !currency.empty()) {
    ASSIGN_OR_RETURN(statement.currency, Currency::FromCode(currency));
  }
  RETURN_IF_ERROR(ReadBalances(node, path, statement));
  int64_t credits = 0;
  int64_t debits = 0;
  Exact came_in;
  Exact went_out;
  int number = 0;
  RETURN_IF_ERROR(ForEach(node, "Ntry", [&](const xml_node& entry) -> absl::Status {
    ++number;
    const std::string entry_path = absl::StrCat(path, "/Ntry[", number, "]");
    std::string status = TextAt(entry, "Sts/Cd");
    if (status.empty()) status = TextAt(entry, "Sts");
    if (status != "BOOK") return absl::OkStatus();
    RETURN_IF_ERROR(EntryReader(entry, entry_path, statement).Read());
    ASSIGN_OR_RETURN(const Money amount, AmountIn(Child(entry, "Amt"), entry_path));
    ASSIGN_OR_RETURN(const bool credit, IsCredit(entry, entry_path));
    ++(credit ? credits : debits);
    (credit ? came_in : went_out) += ToExact(amount);
    return absl::OkStatus();
  }));
  const xml_node summary = Child(node, "TxsSummry");
  RETURN_IF_ERROR(CheckSummary(summary, "TtlNtries", credits + debits, came_in + went_out, path));
  RETURN_IF_ERROR(CheckSummary(summary, "TtlCdtNtries", credits, came_in, path));
  RETURN_IF_ERROR(CheckSummary(summary, "TtlDbtNtries", debits, went_out, path));
  if (!AllUtf8(statement)) return BadStatement(path, "holds text that is not in its encoding");
  if (statement.last_day == kNoDay) return BadStatement(path, "tells of no day");
  RETURN_IF_ERROR(CheckBalances(statement));
  return statement;
}

absl::Status CheckVersion(const xml_node& root) {
  for (const pugi::xml_attribute& attribute : root.attributes()) {
    const std::string_view value = attribute.value();
    if (!absl::StartsWith(attribute.name(), "xmlns") ||
        !absl::StartsWith(Av(value), Av(kNamespace))) {
      continue;
    }
    const std::string_view version = value.substr(kNamespace.size());
    if (version >= "02" && version <= "08" && version.size() == 2) return absl::OkStatus();
    return Bad("UNSUPPORTED_VERSION",
               absl::StrCat("camt.053.001.", Av(version.substr(0, 8)),
                            " is not read here; ask the bank for version 02 or 08"));
  }
  return Bad("NOT_A_STATEMENT",
             "the file is XML, but no camt.053 (bank-to-customer statement) of ISO 20022");
}

}  // namespace

absl::StatusOr<std::vector<BankStatement>> ReadCamt053(std::string& bytes) {
  if (static_cast<int64_t>(bytes.size()) > kMaxStatementBytes) {
    return FileTooLarge(kMaxStatementBytes);
  }
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer_inplace(
      bytes.data(), bytes.size(), pugi::parse_default | pugi::parse_doctype);
  for (const xml_node& node : document.children()) {
    if (node.type() == pugi::node_doctype) {
      return Bad("DOCTYPE_NOT_ALLOWED",
                 "the file has a DOCTYPE, which no bank's statement has; nothing of it is read");
    }
  }
  if (!parsed) {
    return Bad("NOT_XML", absl::StrCat("the file is no XML: ", parsed.description(), " at byte ",
                                       parsed.offset));
  }
  const xml_node root = document.document_element();
  RETURN_IF_ERROR(CheckVersion(root));
  std::vector<BankStatement> statements;
  RETURN_IF_ERROR(
      ForEach(Child(root, "BkToCstmrStmt"), "Stmt", [&](const xml_node& node) -> absl::Status {
        ASSIGN_OR_RETURN(statements.emplace_back(),
                         ReadStatement(node, absl::StrCat("Stmt[", statements.size() + 1, "]")));
        return absl::OkStatus();
      }));
  if (statements.empty()) return Bad("NO_STATEMENT", "the file holds no statement (Stmt)");
  return statements;
}

}  // namespace vg::funding
