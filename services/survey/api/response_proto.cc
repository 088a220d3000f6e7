#include "services/survey/api/response_proto.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

#include "common/grpc/type_conversions.h"
#include "common/numeric/exact.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;
using google::protobuf::RepeatedPtrField;

std::vector<std::string_view> Views(const RepeatedPtrField<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

std::vector<DraftAnswer> Drafts(const RepeatedPtrField<v1::Answer>& answers);

AnswerValue ValueOf(const v1::Answer& answer) {
  switch (answer.value_case()) {
    case v1::Answer::kChoice:
      return ChoiceAnswer{answer.choice()};
    case v1::Answer::kChoices:
      return ChoicesAnswer{Views(answer.choices().options())};
    case v1::Answer::kNumber:
      return NumberAnswer{answer.number().value()};
    case v1::Answer::kDate:
      return DateAnswer{answer.date().year(), answer.date().month(), answer.date().day()};
    case v1::Answer::kText:
      return TextAnswer{answer.text()};
    case v1::Answer::kMatrix: {
      MatrixAnswer matrix;
      matrix.rows.reserve(answer.matrix().rows().size());
      for (const auto& [row, option] : answer.matrix().rows()) {
        matrix.rows.emplace_back(row, option);
      }
      return matrix;
    }
    case v1::Answer::kRanking:
      return RankingAnswer{Views(answer.ranking().options())};
    case v1::Answer::kRepeat: {
      RepeatAnswer repeat;
      repeat.instances.reserve(answer.repeat().instances_size());
      for (const v1::RepeatInstance& instance : answer.repeat().instances()) {
        repeat.instances.push_back(Drafts(instance.answers()));
      }
      return repeat;
    }
    case v1::Answer::kNotApplicable:
      return NotApplicableAnswer{answer.not_applicable().reason()};
    case v1::Answer::VALUE_NOT_SET:
      break;
  }
  return std::monostate();
}

std::vector<DraftAnswer> Drafts(const RepeatedPtrField<v1::Answer>& answers) {
  std::vector<DraftAnswer> drafts;
  drafts.reserve(answers.size());
  for (const v1::Answer& answer : answers) drafts.push_back({answer.question(), ValueOf(answer)});
  return drafts;
}

// One way of writing for one meaning.
void Normalize(v1::Answer& answer) {
  if (answer.has_choices()) {
    auto& options = *answer.mutable_choices()->mutable_options();
    std::sort(options.pointer_begin(), options.pointer_end(),
              [](const std::string* a, const std::string* b) { return *a < *b; });
  } else if (answer.has_number()) {
    const absl::StatusOr<Exact> number = Exact::FromDecimal(answer.number().value());
    if (number.ok()) answer.mutable_number()->set_value(number->ToText());
  } else if (answer.has_repeat()) {
    for (v1::RepeatInstance& instance : *answer.mutable_repeat()->mutable_instances()) {
      for (v1::Answer& inside : *instance.mutable_answers()) Normalize(inside);
    }
  }
}

void Write(const Verdict::Computed& computed, v1::Answer& out) {
  out.set_question(std::string(computed.question));
  switch (computed.kind) {
    case AnswerKind::kNumber:
      out.mutable_number()->set_value(computed.value);
      break;
    case AnswerKind::kChoice:
      out.set_choice(computed.value);
      break;
    default:
      out.set_text(computed.value);
      break;
  }
}

// Brings `answers` into the order of `kept`, adds those that were computed and removes the others.
// Swaps pointers and keeps what it removes for the next message, because taking responses in is
// mostly allocating otherwise.
void Arrange(std::span<const Verdict::Kept> kept, const Verdict& verdict,
             RepeatedPtrField<v1::Answer>& answers) {
  const int count = static_cast<int>(kept.size());
  int added = answers.size();
  for (const Verdict::Kept& one : kept) {
    if (one.computed >= 0) Write(verdict.computed[one.computed], *answers.Add());
  }
  std::vector<int> origin(answers.size());  // Of what stands at each place now.
  std::iota(origin.begin(), origin.end(), 0);
  for (int place = 0; place < count; ++place) {
    const int wanted = kept[place].computed >= 0 ? added++ : kept[place].answer;
    if (origin[place] == wanted) continue;
    const auto found = std::find(origin.begin() + place + 1, origin.end(), wanted);
    answers.SwapElements(place, static_cast<int>(found - origin.begin()));
    std::swap(origin[place], *found);
  }
  while (answers.size() > count) answers.RemoveLast();
}

// The same for each instance of the repeat group whose answers `kept` begins with; tells how many
// they were.
size_t ArrangeInstances(std::span<const Verdict::Kept> kept, const Verdict& verdict,
                        v1::RepeatAnswer& repeat) {
  size_t done = 0;
  for (int i = 0; i < repeat.instances_size(); ++i) {
    size_t end = done;
    while (end < kept.size() && kept[end].instance == i + 1) ++end;
    Arrange(kept.subspan(done, end - done), verdict,
            *repeat.mutable_instances(i)->mutable_answers());
    done = end;
  }
  return done;
}

void ArrangeAll(const Verdict& verdict, RepeatedPtrField<v1::Answer>& answers) {
  std::vector<Verdict::Kept> outside;
  outside.reserve(verdict.kept.size());
  const std::span<const Verdict::Kept> kept(verdict.kept);
  for (size_t i = 0; i < kept.size();) {
    outside.push_back(kept[i++]);
    const int place = outside.back().answer;
    if (place < 0 || !answers[place].has_repeat()) continue;
    i += ArrangeInstances(kept.subspan(i), verdict, *answers[place].mutable_repeat());
  }
  Arrange(outside, verdict, answers);
}

// Maps in the order of their keys.
std::string Serialize(const google::protobuf::Message& message) {
  std::string bytes;
  bytes.reserve(message.ByteSizeLong());
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

// False if there are none.
bool DropTexts(RepeatedPtrField<v1::Answer>& answers) {
  bool found = false;
  for (v1::Answer& answer : answers) {
    if (!answer.has_repeat()) continue;
    for (v1::RepeatInstance& instance : *answer.mutable_repeat()->mutable_instances()) {
      found |= DropTexts(*instance.mutable_answers());
    }
  }
  const auto text = std::remove_if(answers.begin(), answers.end(),
                                   [](const v1::Answer& answer) { return answer.has_text(); });
  if (text == answers.end()) return found;
  answers.erase(text, answers.end());
  return true;
}

void SetNames(std::string_view wave_name, std::string_view version_name,
              const StoredResponse& stored, v1::Response& out) {
  out.set_name(absl::StrCat(Av(wave_name), "/responses/", stored.id));
  out.set_questionnaire_version(std::string(version_name));
  out.set_unit(stored.unit);
  out.set_partial(stored.partial);
  *out.mutable_accept_time() = rpc::ToProto(stored.accept_time);
  if (stored.withdraw_time) *out.mutable_withdraw_time() = rpc::ToProto(*stored.withdraw_time);
  out.set_digest(stored.digest);
  out.set_revision(stored.revision);
}

// Serialized messages that follow one another read as one, so names and content are put together
// without parsing the content.
void AppendField(int number, std::string_view names, std::string_view content, std::string& out) {
  google::protobuf::io::StringOutputStream stream(&out);
  google::protobuf::io::CodedOutputStream coded(&stream);
  constexpr uint32_t kLengthDelimited = 2;
  coded.WriteTag(static_cast<uint32_t>(number) << 3 | kLengthDelimited);
  coded.WriteVarint32(static_cast<uint32_t>(names.size() + content.size()));
  for (const std::string_view part : {names, content}) {
    // An empty view may have no address, which memcpy is not allowed to see.
    if (!part.empty()) coded.WriteRaw(part.data(), static_cast<int>(part.size()));
  }
}

void AppendBefore(std::string_view wave_name, std::string_view version_name,
                  const StoredResponse& before, std::string& out) {
  v1::Response told = ToProto(wave_name, version_name, before);
  DropTexts(*told.mutable_answers());
  AppendField(v1::ResponseChange::kBeforeFieldNumber, Serialize(told), {}, out);
}

}  // namespace

absl::StatusOr<ResponseDraft> DraftOf(const v1::Response& sent) {
  ResponseDraft draft;
  draft.name = sent.name();
  draft.questionnaire_version = sent.questionnaire_version();
  draft.unit = sent.unit();
  draft.partial = sent.partial();
  if (sent.has_client_time()) {
    ASSIGN_OR_RETURN(draft.client_time, rpc::FromProto(sent.client_time(), "client_time"));
  }
  draft.answers = Drafts(sent.answers());
  return draft;
}

Content TakeContent(v1::Response& sent, const Verdict& verdict) {
  sent.clear_dropped();
  for (const Verdict::Dropped& dropped : verdict.dropped) {
    v1::DroppedAnswer& out = *sent.add_dropped();
    out.set_question(std::string(dropped.question));
    out.set_rule(std::string(dropped.rule));
    out.set_instance(dropped.instance);
    out.set_reason(static_cast<v1::DropReason>(dropped.reason));
  }
  ArrangeAll(verdict, *sent.mutable_answers());
  for (v1::Answer& answer : *sent.mutable_answers()) Normalize(answer);
  sent.clear_name();
  sent.clear_questionnaire_version();
  sent.clear_unit();
  sent.clear_partial();
  sent.clear_accept_time();
  sent.clear_withdraw_time();
  sent.clear_digest();
  sent.clear_revision();
  sent.clear_paradata();
  sent.clear_invitation_token();
  if (sent.has_client_time()) {
    // As it is digested: to the microsecond.
    auto& time = *sent.mutable_client_time();
    time.set_nanos(time.nanos() / 1000 * 1000);
  }
  sent.GetReflection()->MutableUnknownFields(&sent)->Clear();

  Content content;
  content.stored = Serialize(sent);
  content.told = DropTexts(*sent.mutable_answers()) ? Serialize(sent) : content.stored;
  return content;
}

v1::Response ToProto(std::string_view wave_name, std::string_view version_name,
                     const StoredResponse& stored) {
  v1::Response out;
  out.ParseFromString(stored.content);
  SetNames(wave_name, version_name, stored, out);
  return out;
}

std::string NewChange(std::string_view wave_name, std::string_view version_name,
                      const StoredResponse& after, std::string_view told) {
  v1::Response names;
  SetNames(wave_name, version_name, after, names);
  const std::string named = names.SerializeAsString();
  std::string change;
  change.reserve(named.size() + told.size() + 8);
  AppendField(v1::ResponseChange::kAfterFieldNumber, named, told, change);
  return change;
}

std::string ReplacementChange(std::string_view wave_name, std::string_view version_name,
                              const StoredResponse& before, const StoredResponse& after,
                              std::string_view change_of_after) {
  std::string change;
  AppendBefore(wave_name, version_name, before, change);
  change.append(change_of_after);
  // A field that comes again reads as one: the last value counts.
  v1::Response known_now;
  known_now.set_revision(after.revision);
  *known_now.mutable_accept_time() = rpc::ToProto(after.accept_time);
  AppendField(v1::ResponseChange::kAfterFieldNumber, Serialize(known_now), {}, change);
  return change;
}

std::string WithdrawalChange(std::string_view wave_name, std::string_view version_name,
                             const StoredResponse& before) {
  std::string change;
  AppendBefore(wave_name, version_name, before, change);
  return change;
}

}  // namespace vg::survey
