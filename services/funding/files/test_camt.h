// Statements as banks write them, for tests.

#ifndef VG_SERVICES_FUNDING_FILES_TEST_CAMT_H_
#define VG_SERVICES_FUNDING_FILES_TEST_CAMT_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace vg::funding {

struct CamtEntry {
  std::string amount = "1.00";
  bool credit = false;
  std::string end_to_end_id = "NOTPROVIDED";
  std::string account;        // The other side's IBAN.
  std::string return_reason;  // "AC04"
  std::string status = "BOOK";
  std::string details;  // Instead of one TxDtls made of the above: as it is.
};

struct CamtFile {
  std::string version = "08";
  std::string id = "2021-11-25";
  std::string account = "NL86INGB0002445588";
  std::string opening = "1000.00";
  std::string closing = "1000.00";
  std::string summary;
  std::vector<CamtEntry> entries;
};

inline std::string ToXml(const CamtFile& file) {
  const bool old = file.version == "02";
  const auto balance = [](const char* code, const std::string& amount) {
    const bool debt = amount[0] == '-';
    return absl::StrCat("<Bal><Tp><CdOrPrtry><Cd>", code, "</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">",
                        amount.substr(debt ? 1 : 0), "</Amt><CdtDbtInd>", debt ? "DBIT" : "CRDT",
                        "</CdtDbtInd><Dt><Dt>2021-11-25</Dt></Dt></Bal>");
  };
  std::string xml = absl::StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document "
      "xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.",
      file.version,
      "\"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2021-11-26T06:00:00</CreDtTm></GrpHdr>"
      "<Stmt><Id>",
      file.id, "</Id><CreDtTm>2021-11-26T06:00:00</CreDtTm><Acct><Id><IBAN>", file.account,
      "</IBAN></Id><Ccy>EUR</Ccy></Acct>", balance("OPBD", file.opening),
      balance("CLBD", file.closing), file.summary);
  for (const CamtEntry& entry : file.entries) {
    absl::StrAppend(
        &xml, "<Ntry><Amt Ccy=\"EUR\">", entry.amount, "</Amt><CdtDbtInd>",
        entry.credit ? "CRDT" : "DBIT", "</CdtDbtInd><Sts>", old ? "" : "<Cd>", entry.status,
        old ? "" : "</Cd>", "</Sts><BookgDt><Dt>2021-11-25</Dt></BookgDt>",
        "<AcctSvcrRef>REF</AcctSvcrRef><BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd><NtryDtls>",
        entry.details);
    if (entry.details.empty()) {
      absl::StrAppend(&xml, "<TxDtls><Refs><EndToEndId>", entry.end_to_end_id,
                      "</EndToEndId></Refs>");
      if (!old) {
        absl::StrAppend(&xml, "<Amt Ccy=\"EUR\">", entry.amount, "</Amt><CdtDbtInd>",
                        entry.credit ? "CRDT" : "DBIT", "</CdtDbtInd>");
      }
      const char* const side = entry.credit ? "Dbtr" : "Cdtr";
      absl::StrAppend(&xml, "<RltdPties><", side, ">", old ? "" : "<Pty>", "<Nm>Stichting A</Nm>",
                      old ? "" : "</Pty>", "</", side, ">");
      if (!entry.account.empty()) {
        absl::StrAppend(&xml, "<", side, "Acct><Id><IBAN>", entry.account, "</IBAN></Id></", side,
                        "Acct>");
      }
      absl::StrAppend(&xml, "</RltdPties><RmtInf><Ustrd>npo</Ustrd></RmtInf>");
      if (!entry.return_reason.empty()) {
        absl::StrAppend(&xml, "<RtrInf><Rsn><Cd>", entry.return_reason, "</Cd></Rsn></RtrInf>");
      }
      xml += "</TxDtls>";
    }
    xml += "</NtryDtls></Ntry>";
  }
  return xml + "</Stmt></BkToCstmrStmt></Document>";
}

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_FILES_TEST_CAMT_H_
