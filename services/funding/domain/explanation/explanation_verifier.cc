#include "services/funding/domain/explanation/explanation_verifier.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include <nlohmann/json.hpp>

#include "common/digest/digest.h"
#include "common/expression/expression.h"
#include "common/numeric/money.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/domain/calculation/population.h"
#include "services/funding/domain/explanation/digested_form.h"
#include "services/funding/domain/explanation/explanation_file.h"
#include "services/funding/domain/explanation/explanation_leaves.h"
#include "services/funding/domain/explanation/explanation_steps.h"
#include "services/funding/domain/explanation/payment_findings.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {
namespace {

using expression::Expression;
using expression::Value;
using Json = nlohmann::json;

// Three levels of JSON for each of a formula.
constexpr int kMostDepth = 500;

// How deep brackets stand within one another, outside of texts.
int DepthOf(std::string_view json) {
  int depth = 0;
  int deepest = 0;
  bool in_text = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '\\' && in_text) {
      ++i;
    } else if (c == '"') {
      in_text = !in_text;
    } else if (!in_text && (c == '{' || c == '[')) {
      deepest = std::max(deepest, ++depth);
    } else if (!in_text && (c == '}' || c == ']')) {
      --depth;
    }
  }
  return deepest;
}

class Verifier {
 public:
  Verifier(const Json& file, std::string_view text)
      : file_(file), text_(text), findings_(result_.findings), leaves_(file, reader_, findings_) {}

  absl::StatusOr<VerifiedExplanation> Run() && {
    if (reader_.Text(file_, "format") != kExplanationFormat ||
        reader_.Integer(file_, "version") != kExplanationVersion) {
      return reader_.Refused(absl::StrCat("format must be '", std::string(kExplanationFormat),
                                          "' and version ", kExplanationVersion));
    }
    Describe();
    Digests();
    leaves_.Read(form_);
    const Json& components = reader_.Array(file_, "components");
    Exact sum;
    bool undetermined = false;
    for (const Json& component : components) {
      if (const std::optional<Exact> amount = Component(component)) sum += *amount;
      undetermined |= component.contains("undetermined");
    }
    Total(sum, undetermined);
    RETURN_IF_ERROR(reader_.status());
    return std::move(result_);
  }

 private:
  void Say(VerifiedItem::Outcome outcome, std::string what) {
    findings_.Say(outcome, std::move(what));
  }
  void Check(bool agrees, std::string what, std::string_view otherwise) {
    findings_.Check(agrees, std::move(what), otherwise);
  }

  void Describe() {
    const Json& recipient = reader_.Object(file_, "recipient");
    result_.recipient =
        absl::StrCat(reader_.Text(recipient, "title"), " (", reader_.Text(recipient, "name"), ")");
    currency_text_ = reader_.Text(reader_.Object(file_, "scheme"), "currency");
    const absl::StatusOr<Currency> currency = Currency::FromCode(currency_text_);
    if (currency.ok()) {
      currency_ = *currency;
    } else {
      reader_.Fail("scheme.currency is no currency with hundredths");
    }
    result_.amount = file_.contains("amount")
                         ? absl::StrCat(currency_text_, " ", reader_.Text(file_, "amount"))
                         : reader_.Text(file_, "undetermined");
  }

  void Digests() {
    constexpr auto kReplace = Json::error_handler_t::replace;
    Check(file_.dump(2, ' ', false, kReplace) + "\n" == text_, "the file is written as it was made",
          "it has been edited, or saved by another program");
    Json content = file_;
    content.erase("digest");
    Check(Sha256Hex(content.dump(-1, ' ', false, kReplace)) == reader_.Text(file_, "digest"),
          "the digest of the file", "its content is not what was digested");
    const Json& scheme = reader_.Object(file_, "scheme");
    const std::string form = reader_.Text(scheme, "digested_form");
    Check(Sha256Hex(form) == reader_.Text(scheme, "digest"), "the digest of the scheme",
          "the scheme in this file is not the one that was published under it");
    form_ = DigestedForm(form);
  }

  // What the component gives; empty if nothing.
  std::optional<Exact> Component(const Json& component) {
    const std::string name = reader_.Text(component, "name");
    const std::string condition = reader_.Text(component, "condition");
    const std::string formula = reader_.Text(component, "formula");
    std::vector<std::string> contents = {condition, formula,
                                         reader_.Text(component, "legal_reference")};
    if (component.contains("distribution")) {
      const Json& distribution = reader_.Object(component, "distribution");
      for (const char* member : {"pot", "by", "per", "remainder"}) {
        contents.push_back(reader_.Text(distribution, member));
      }
    }
    Check(form_.HasRecord("component", name, contents),
          absl::StrCat(name, ": the formula is in the scheme"), "the scheme does not have it so");
    const bool shared = component.contains("distribution");
    const bool applies = reader_.Truth(component, "applies");
    bool holds = true;
    if (!condition.empty()) {
      const Value value = Steps(name, component, "condition_steps", condition);
      holds = !value.absent() && value.kind() == expression::Kind::kBool && value.bool_value();
    }
    if (component.contains("undetermined")) {
      if (applies) Steps(name, component, "formula_steps", formula);
      Check(!component.contains("amount"), absl::StrCat(name, ": gives no amount"),
            "the file has one");
      return std::nullopt;
    }
    Check(holds == applies, absl::StrCat(name, applies ? ": applies" : ": does not apply"),
          "its condition says otherwise");
    if (!applies) {
      Check(!component.contains("amount"), absl::StrCat(name, ": gives nothing"),
            "the file has an amount");
      return std::nullopt;
    }
    if (shared) TakeWhole(name, component);
    const Value value = Steps(name, component, "formula_steps", formula);
    if (!IsNumber(value)) {
      Say(VerifiedItem::Outcome::kDiffers, absl::StrCat(name, ": the formula gives no number"));
      return std::nullopt;
    }
    Check(value.number().ToText() == reader_.Text(component, "unrounded"),
          absl::StrCat(name, ": the formula gives ", value.number().ToText()),
          absl::StrCat("the file says ", reader_.Text(component, "unrounded")));
    return shared ? Divided(name, component, value.number())
                  : Rounded(name, component, value.number());
  }

  // What a pot is divided by is in the steps as a sum; CheckPot computes it, if the file has all
  // recipients.
  void TakeWhole(const std::string& name, const Json& component) {
    const Json& share = reader_.Object(component, "share");
    const std::string sum =
        absl::StrCat("sum(", reader_.Text(reader_.Object(component, "distribution"), "by"), ")");
    leaves_.by_name().insert_or_assign(sum, Value::Number(reader_.Number(share, "all")));
    if (leaves_.population() != nullptr) return;
    Say(VerifiedItem::Outcome::kNotChecked,
        absl::StrCat(name, ": ", sum, " is over all recipients, and taken as the file has it"));
  }

  // Computes the steps again, and the formula from its text.
  Value Steps(const std::string& name, const Json& component, const char* member,
              const std::string& source) {
    const Json& steps = reader_.Object(component, member);
    ExplanationSteps walk(leaves_.by_name(), reader_);
    Value value = walk.Compute(steps);
    for (const std::string& difference : walk.differences()) {
      Say(VerifiedItem::Outcome::kDiffers, absl::StrCat(name, ": ", difference));
    }
    if (walk.differences().empty()) {
      Say(VerifiedItem::Outcome::kAgrees,
          absl::StrCat(name, ": ", walk.count(), walk.count() == 1 ? " step" : " steps",
                       source.empty() ? "" : " of ", source));
    }
    for (const std::string& operation : walk.not_computed()) {
      Say(VerifiedItem::Outcome::kNotChecked,
          absl::StrCat(name, ": the step ", operation, " is taken as the file has it"));
    }
    if (!source.empty()) Evaluate(name, source, value);
    return value;
  }

  void Evaluate(const std::string& name, const std::string& source, const Value& steps) {
    const absl::StatusOr<Expression> expression =
        Expression::Compile(source, leaves_.environment());
    if (!expression.ok()) {
      const ErrorDetails details = DetailsOf(expression.status());
      const auto why = details.metadata.find("sentence");
      Say(VerifiedItem::Outcome::kDiffers,
          absl::StrCat(name, ": the text '", source, "' cannot be computed from this file: ",
                       why == details.metadata.end() ? details.reason : why->second));
      return;
    }
    const absl::StatusOr<Value> value = expression->Evaluate(leaves_.NewFrame());
    Check(value.ok() ? Same(*value, steps) : steps.absent(),
          absl::StrCat(name, ": the text '", source, "' comes to the same"),
          value.ok() ? absl::StrCat("it gives ", value->ToText()) : "it cannot be computed");
  }

  // A share of a pot: who takes what rounding leaves is a figure over all.
  std::optional<Exact> Divided(const std::string& name, const Json& component,
                               const Exact& unrounded) {
    const Json& json = reader_.Object(component, "share");
    const std::string remainder =
        reader_.Text(reader_.Object(component, "distribution"), "remainder");
    RemainderRule rule = RemainderRule::kLargestRemainder;
    for (const RemainderRule known :
         {RemainderRule::kLastRecipient, RemainderRule::kLargestShare}) {
      if (remainder == NameOf(known)) rule = known;
    }
    ShareFigure figure{.pot = reader_.Number(json, "pot"), .weight = reader_.Number(json, "all")};
    figure.last = reader_.Text(json, "last");
    figure.rest = reader_.Number(json, "rest");
    if (json.contains("cutoff")) figure.cutoff = reader_.Number(json, "cutoff");
    const RoundingRule rounding = reader_.Rounding(component, "rounding");
    if (leaves_.population() != nullptr) CheckPot(name, component, figure, rule, rounding);
    std::string code = reader_.Text(reader_.Object(file_, "recipient"), "name");
    code.erase(0, code.find('/') + 1);
    if (figure.pot.IsZero() || figure.weight.IsZero()) figure.pot = figure.weight = Exact(1);
    const Exact weight = unrounded * figure.weight / figure.pot;
    const Exact amount = ShareOf(figure, rounding, rule, code, weight).amount;
    const std::string shown = amount.ToDecimal(2, vg::Rounding::kHalfAwayFromZero);
    const std::string stated = reader_.Text(component, "amount");
    Check(shown == stated,
          absl::StrCat(name, ": as a share, ", remainder, " for what rounding leaves: ", shown),
          absl::StrCat("the file says ", stated));
    const absl::StatusOr<Money> money = ToMoney(amount, currency_, rounding.rule);
    if (!money.ok()) return std::nullopt;
    if (component.contains("payments")) CheckPayments(name, component, *money);
    return amount;
  }

  // Divides the pot among all.
  void CheckPot(const std::string& name, const Json& component, const ShareFigure& stated,
                RemainderRule rule, const RoundingRule& rounding) {
    const Json& distribution = reader_.Object(component, "distribution");
    const auto compile = [this](const std::string& text) -> std::optional<Expression> {
      if (text.empty()) return std::nullopt;
      absl::StatusOr<Expression> expression = Expression::Compile(text, leaves_.environment());
      return expression.ok() ? std::optional(*std::move(expression)) : std::nullopt;
    };
    const PotRules rules{.condition = compile(reader_.Text(component, "condition")),
                         .pot = compile(reader_.Text(distribution, "pot")),
                         .by = compile(reader_.Text(distribution, "by")),
                         .per = compile(reader_.Text(distribution, "per")),
                         .remainder = rule,
                         .rounding = rounding};
    ShareFigure found = leaves_.population()->Divided(
        rules, reader_.Text(reader_.Object(component, "share"), "group"));
    Check(found.pot == stated.pot && found.weight == stated.weight &&
              found.cutoff == stated.cutoff && found.last == stated.last &&
              found.rest == stated.rest && found.gap.empty(),
          absl::StrCat(name, ": the pot of ", found.pot.ToText(), " is divided by ",
                       found.weight.ToText(), " among ", found.members),
          "the file says otherwise");
  }

  std::optional<Exact> Rounded(const std::string& name, const Json& component,
                               const Exact& unrounded) {
    const RoundingRule rounding = reader_.Rounding(component, "rounding");
    const absl::StatusOr<Money> amount =
        ToMoney(rounding.Apply(unrounded), currency_, rounding.rule);
    const std::string stated = reader_.Text(component, "amount");
    if (!amount.ok()) {
      Say(VerifiedItem::Outcome::kDiffers, absl::StrCat(name, ": the amount is out of all bounds"));
      return std::nullopt;
    }
    Check(ToDecimal(*amount) == stated,
          absl::StrCat(name, ": rounded to ", rounding.decimals, " decimals, ",
                       std::string(RoundingName(rounding.rule)), ": ", ToDecimal(*amount)),
          absl::StrCat("the file says ", stated));
    if (component.contains("payments")) CheckPayments(name, component, *amount);
    return ToExact(*amount);
  }

  void CheckPayments(const std::string& name, const Json& component, Money amount) {
    std::ranges::move(PaymentFindings(name, component, amount, reader_),
                      std::back_inserter(result_.findings));
  }

  void Total(const Exact& sum, bool undetermined) {
    if (undetermined) {
      Check(!file_.contains("amount"), "a component could not be determined, so there is no amount",
            "the file has one");
      return;
    }
    const std::string total = sum.ToDecimal(2, vg::Rounding::kHalfAwayFromZero);
    const std::string stated = reader_.Text(file_, "amount");
    Check(total == stated, absl::StrCat("the components add up to ", total),
          absl::StrCat("the file says ", stated));
  }

  const Json& file_;
  const std::string_view text_;
  JsonReader reader_;
  VerifiedExplanation result_;
  Findings findings_;
  std::string currency_text_;
  Currency currency_;
  DigestedForm form_;
  ExplanationLeaves leaves_;
};

}  // namespace

bool VerifiedExplanation::agrees() const {
  return std::ranges::none_of(findings, [](const VerifiedItem& finding) {
    return finding.outcome == VerifiedItem::Outcome::kDiffers;
  });
}

absl::StatusOr<VerifiedExplanation> VerifyExplanation(std::string_view file) {
  // What writes JSON goes down into it by calls of itself.
  if (DepthOf(file) > kMostDepth) return JsonReader().Refused("it goes too deep");
  const Json json = Json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return JsonReader().Refused("it is no JSON object");
  return Verifier(json, file).Run();
}

}  // namespace vg::funding
