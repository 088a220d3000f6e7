#include "tests/bench/indicators_country.h"

#include <array>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/feed/partition.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::bench {
namespace {

constexpr std::array kPositions = {"teacher", "assistant", "support", "other"};
constexpr std::array kInvolved = {"decided", "consulted", "informed", "none"};
constexpr std::array kRows = {"wellbeing", "cognitive", "workload", "pleasure"};
constexpr std::array kEffects = {"very_positive", "positive", "neutral", "negative",
                                 "very_negative"};

// Numbers that look random and follow from `seed`.
class Draws {
 public:
  explicit Draws(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U + 1) {}
  int Below(int bound) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<int>((state_ * 0x2545f4914f6cdd1dU >> 33) % static_cast<uint64_t>(bound));
  }

 private:
  uint64_t state_;
};

}  // namespace

std::string SchoolName(int school) { return absl::StrFormat("schools/%05d", school); }

bool Answers(int school) { return school % 10 != 7; }

std::vector<indicators::Unit> SchoolsOf(const CountryOptions& options) {
  std::vector<indicators::Unit> units;
  for (int school = 0; school < options.schools; ++school) {
    Draws draws(static_cast<uint64_t>(school) + 17);
    // The square makes some municipalities large; the first ones of all are there for sure.
    const int drawn = draws.Below(options.municipalities) * draws.Below(options.municipalities) /
                      options.municipalities;
    const int municipality =
        school < options.municipalities * 5 ? school % options.municipalities : drawn;
    indicators::Unit unit;
    unit.name = SchoolName(school);
    unit.sector = school % 8 == 0 ? "secondary" : school % 25 == 0 ? "special" : "primary";
    unit.province = absl::StrCat("province-", municipality % 12);
    unit.municipality = absl::StrFormat("municipalities/GM%04d", municipality);
    unit.board = absl::StrFormat("boards/%05d", school / 9);
    unit.denomination = absl::StrCat("denomination-", draws.Below(5));
    unit.pupils = 40 + draws.Below(700);
    unit.counted = true;
    // A class of many, to cross with municipalities.
    unit.attributes["area"] = absl::StrFormat("area-%03d", draws.Below(160));
    units.push_back(std::move(unit));
  }
  return units;
}

StaffAnswers AnswersOf(const CountryOptions& options, int64_t response) {
  Draws draws(static_cast<uint64_t>(response) + 1'000'003);
  StaffAnswers answers;
  do {
    answers.school = draws.Below(options.schools);
  } while (!Answers(answers.school));
  answers.position = draws.Below(4);
  answers.involved = draws.Below(4);
  for (int& effect : answers.effects) {
    effect = draws.Below(10) < 3 + answers.school % 4 ? draws.Below(2) : draws.Below(5);
  }
  answers.hours_tenths = draws.Below(401);
  return answers;
}

feed::Entry EntryOf(const CountryOptions& options, int64_t number, feed::Cursors& heads) {
  const StaffAnswers answers = AnswersOf(options, number);
  voortgang::survey::v1::ResponseChange change;
  voortgang::survey::v1::Response& response = *change.mutable_after();
  response.set_name(absl::StrCat("waves/w/responses/r", number));
  response.set_questionnaire_version("questionnaires/staff/versions/1");
  response.set_unit(SchoolName(answers.school));
  const auto add = [&response](const char* question) -> voortgang::survey::v1::Answer& {
    auto& answer = *response.add_answers();
    answer.set_question(question);
    return answer;
  };
  add("position").set_choice(kPositions[static_cast<size_t>(answers.position)]);
  add("involved").set_choice(kInvolved[static_cast<size_t>(answers.involved)]);
  auto& rows = *add("effect").mutable_matrix()->mutable_rows();
  for (size_t i = 0; i < kRows.size(); ++i) {
    rows[kRows[i]] = kEffects[static_cast<size_t>(answers.effects[i])];
  }
  add("hours").mutable_number()->set_value(
      absl::StrCat(answers.hours_tenths / 10, ".", answers.hours_tenths % 10));
  feed::Entry entry;
  entry.partition = feed::PartitionOf(response.unit());
  entry.number = ++heads[static_cast<size_t>(entry.partition)];
  change.mutable_position()->set_partition(entry.partition);
  change.mutable_position()->set_number(entry.number);
  entry.payload = change.SerializeAsString();
  return entry;
}

}  // namespace vg::bench
