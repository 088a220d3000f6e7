#include "services/survey/api/revision_proto.h"

#include <algorithm>
#include <set>
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
using Answers = RepeatedPtrField<v1::Answer>;

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

v1::AnswerDifference& Add(const Pair& pair, int instance,
                          RepeatedPtrField<v1::AnswerDifference>& out) {
  v1::AnswerDifference& difference = *out.Add();
  difference.set_question((pair.after != nullptr ? pair.after : pair.before)->question());
  difference.set_instance(instance);
  return difference;
}

// Row by row.
void AddMatrixDifferences(const Pair& pair, int instance,
                          RepeatedPtrField<v1::AnswerDifference>& out) {
  const auto& before = pair.before->matrix().rows();
  const auto& after = pair.after->matrix().rows();
  std::set<std::string> rows;
  for (const auto& [row, option] : before) rows.insert(row);
  for (const auto& [row, option] : after) rows.insert(row);
  for (const std::string& row : rows) {
    const auto was = before.find(row);
    const auto is = after.find(row);
    if (was != before.end() && is != after.end() && was->second == is->second) continue;
    v1::AnswerDifference& difference = Add(pair, instance, out);
    difference.set_row(row);
    const auto tell = [&](const std::string& option, v1::Answer& answer) {
      answer.set_question(difference.question());
      (*answer.mutable_matrix()->mutable_rows())[row] = option;
    };
    if (was != before.end()) tell(was->second, *difference.mutable_before());
    if (is != after.end()) tell(is->second, *difference.mutable_after());
  }
}

// An instance that is not there has no answers.
void AddRepeatDifferences(const Pair& pair, RepeatedPtrField<v1::AnswerDifference>& out) {
  const auto instances = [](const v1::Answer* answer) {
    return answer == nullptr ? 0 : answer->repeat().instances_size();
  };
  const auto answers = [&](const v1::Answer* answer, int instance) -> const Answers& {
    return instance < instances(answer) ? answer->repeat().instances(instance).answers()
                                        : v1::RepeatInstance::default_instance().answers();
  };
  if (pair.before == nullptr || pair.after == nullptr ||
      instances(pair.before) != instances(pair.after)) {
    v1::AnswerDifference& difference = Add(pair, 0, out);
    if (pair.before != nullptr) difference.set_instance_count_before(instances(pair.before));
    if (pair.after != nullptr) difference.set_instance_count_after(instances(pair.after));
  }
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
    if (pair.before != nullptr && pair.after != nullptr) {
      if (MessageDifferencer::Equals(*pair.before, *pair.after)) continue;
      if (pair.before->has_matrix() && pair.after->has_matrix()) {
        AddMatrixDifferences(pair, instance, out);
        continue;
      }
    }
    v1::AnswerDifference& difference = Add(pair, instance, out);
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

void TellDifferences(const v1::ResponseRevision& before, v1::ResponseRevision& after) {
  const v1::Response& was = before.response();
  const v1::Response& is = after.response();
  AddDifferences(was.answers(), is.answers(), 0, *after.mutable_differences());
  if (was.has_client_time() == is.has_client_time() &&
      MessageDifferencer::Equals(was.client_time(), is.client_time())) {
    return;
  }
  v1::ClientTimeDifference& difference = *after.mutable_client_time_difference();
  if (was.has_client_time()) *difference.mutable_before() = was.client_time();
  if (is.has_client_time()) *difference.mutable_after() = is.client_time();
}

}  // namespace vg::survey
