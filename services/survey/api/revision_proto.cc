#include "services/survey/api/revision_proto.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/util/message_differencer.h"

#include "common/grpc/type_conversions.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;
using google::protobuf::RepeatedPtrField;
using google::protobuf::util::MessageDifferencer;

// An answer before and after; null where there is none.
struct Pair {
  const v1::Answer* before = nullptr;
  const v1::Answer* after = nullptr;
};

// Every answer of either list once, in the order that both lists keep: an answer that is gone comes
// before the next one that both have.
std::vector<Pair> Align(const Answers& before, const Answers& after) {
  absl::flat_hash_map<std::string, const v1::Answer*> earlier;
  for (const v1::Answer& answer : before) earlier.emplace(answer.question(), &answer);
  absl::flat_hash_map<std::string, const v1::Answer*> later;
  for (const v1::Answer& answer : after) later.emplace(answer.question(), &answer);
  std::vector<Pair> pairs;
  auto next = before.begin();
  const auto add_gone = [&](const v1::Answer* until) {
    for (; next != before.end() && &*next != until; ++next) {
      if (!later.contains(next->question())) pairs.push_back({.before = &*next});
    }
  };
  for (const v1::Answer& answer : after) {
    const auto found = earlier.find(answer.question());
    if (found == earlier.end()) {
      pairs.push_back({.after = &answer});
      continue;
    }
    add_gone(found->second);
    pairs.push_back({.before = found->second, .after = &answer});
  }
  add_gone(nullptr);
  return pairs;
}

void AddDifferences(const Answers& before, const Answers& after, int instance,
                    RepeatedPtrField<v1::AnswerDifference>& out);

// An instance that is not there has no answers.
void AddRepeatDifferences(const Pair& pair, RepeatedPtrField<v1::AnswerDifference>& out) {
  const auto instances = [](const v1::Answer* answer) {
    return answer == nullptr ? 0 : answer->repeat().instances_size();
  };
  const auto answers = [&](const v1::Answer* answer, int instance) -> const Answers& {
    return instance < instances(answer) ? answer->repeat().instances(instance).answers()
                                        : v1::RepeatInstance::default_instance().answers();
  };
  const int count = std::max(instances(pair.before), instances(pair.after));
  for (int i = 0; i < count; ++i) {
    AddDifferences(answers(pair.before, i), answers(pair.after, i), i + 1, out);
  }
}

void AddDifferences(const Answers& before, const Answers& after, int instance,
                    RepeatedPtrField<v1::AnswerDifference>& out) {
  for (const Pair& pair : Align(before, after)) {
    if ((pair.before != nullptr && pair.before->has_repeat()) ||
        (pair.after != nullptr && pair.after->has_repeat())) {
      AddRepeatDifferences(pair, out);
      continue;
    }
    if (pair.before != nullptr && pair.after != nullptr &&
        MessageDifferencer::Equals(*pair.before, *pair.after)) {
      continue;
    }
    v1::AnswerDifference& difference = *out.Add();
    difference.set_question((pair.after != nullptr ? pair.after : pair.before)->question());
    difference.set_instance(instance);
    if (pair.before != nullptr) *difference.mutable_before() = *pair.before;
    if (pair.after != nullptr) *difference.mutable_after() = *pair.after;
  }
}

}  // namespace

absl::StatusOr<v1::ResponseRevision> ToProto(const Asked& asked, const Revision& revision) {
  v1::ResponseRevision out;
  RETURN_IF_ERROR(ToProto(asked, revision.response, *out.mutable_response()));
  out.set_kind(static_cast<v1::RevisionKind>(revision.kind));
  out.set_reason(revision.reason);
  *out.mutable_change_time() = rpc::ToProto(revision.change_time);
  return out;
}

RepeatedPtrField<v1::AnswerDifference> Differences(const Answers& before, const Answers& after) {
  RepeatedPtrField<v1::AnswerDifference> out;
  AddDifferences(before, after, 0, out);
  return out;
}

}  // namespace vg::survey
