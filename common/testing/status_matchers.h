// GoogleTest matchers for absl::Status and absl::StatusOr, under the names of Abseil's later
// releases.
//
//   EXPECT_THAT(DoIt(), IsOk());
//   EXPECT_THAT(Parse("3"), IsOkAndHolds(3));
//   EXPECT_THAT(Parse("x"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("digits")));
//   EXPECT_THAT(Parse("x"), HasReason("NOT_A_NUMBER"));

#ifndef VG_COMMON_TESTING_STATUS_MATCHERS_H_
#define VG_COMMON_TESTING_STATUS_MATCHERS_H_

#include <algorithm>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status/error.h"

// Prints a StatusOr in a failure as its value or its status, not as bytes.
namespace absl {
ABSL_NAMESPACE_BEGIN
template <typename T>
void PrintTo(const StatusOr<T>& result, std::ostream* out) {
  if (result.ok()) {
    *out << "OK, holding " << ::testing::PrintToString(*result);
  } else {
    *out << result.status();
  }
}
ABSL_NAMESPACE_END
}  // namespace absl

namespace vg {
namespace testing_internal {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

inline void Explain(const absl::Status& status, ::testing::MatchResultListener* listener) {
  *listener << "whose status is " << status.ToString();
  const ErrorDetails details = DetailsOf(status);
  if (!details.reason.empty()) *listener << ", reason " << details.reason;
  for (const FieldViolation& violation : details.violations) {
    *listener << ", " << violation.field << ": " << violation.reason;
  }
}

// Matches the value of a StatusOr. A class and no MATCHER, for the value may be of a type that can
// only be moved.
template <typename Inner>
class IsOkAndHoldsMatcher {
 public:
  explicit IsOkAndHoldsMatcher(Inner inner) : inner_(std::move(inner)) {}

  template <typename StatusOrRef>
  operator ::testing::Matcher<StatusOrRef>() const {  // NOLINT(google-explicit-constructor)
    return ::testing::Matcher<StatusOrRef>(new Impl<StatusOrRef>(inner_));
  }

 private:
  template <typename StatusOrRef>
  class Impl : public ::testing::MatcherInterface<StatusOrRef> {
    using Value = typename std::remove_cvref_t<StatusOrRef>::value_type;

   public:
    explicit Impl(const Inner& inner) : inner_(::testing::SafeMatcherCast<const Value&>(inner)) {}

    bool MatchAndExplain(StatusOrRef result,
                         ::testing::MatchResultListener* listener) const override {
      if (!result.ok()) {
        Explain(result.status(), listener);
        return false;
      }
      return inner_.MatchAndExplain(*result, listener);
    }
    void DescribeTo(std::ostream* out) const override {
      *out << "is OK and holds a value that ";
      inner_.DescribeTo(out);
    }
    void DescribeNegationTo(std::ostream* out) const override {
      *out << "is not OK or holds a value that ";
      inner_.DescribeNegationTo(out);
    }

   private:
    ::testing::Matcher<const Value&> inner_;
  };

  Inner inner_;
};

}  // namespace testing_internal

MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  const absl::Status& status = testing_internal::StatusOf(arg);
  testing_internal::Explain(status, result_listener);
  return status.ok();
}

template <typename Inner>
testing_internal::IsOkAndHoldsMatcher<std::decay_t<Inner>> IsOkAndHolds(Inner&& inner) {
  return testing_internal::IsOkAndHoldsMatcher<std::decay_t<Inner>>(std::forward<Inner>(inner));
}

MATCHER_P(StatusIs, code,
          std::string(negation ? "has not the code " : "has the code ") +
              absl::StatusCodeToString(code)) {
  const absl::Status& status = testing_internal::StatusOf(arg);
  testing_internal::Explain(status, result_listener);
  return status.code() == code;
}

MATCHER_P2(StatusIs, code, message,
           std::string(negation ? "has not the code " : "has the code ") +
               absl::StatusCodeToString(code) + " and a message that " +
               ::testing::DescribeMatcher<std::string>(message)) {
  const absl::Status& status = testing_internal::StatusOf(arg);
  testing_internal::Explain(status, result_listener);
  return status.code() == code && ::testing::Matches(::testing::SafeMatcherCast<const std::string&>(
                                      message))(std::string(status.message()));
}

// The machine-readable reason of the status, or of one of its field violations.
MATCHER_P(HasReason, reason,
          std::string(negation ? "has not the reason " : "has the reason ") + std::string(reason)) {
  const absl::Status& status = testing_internal::StatusOf(arg);
  testing_internal::Explain(status, result_listener);
  const ErrorDetails details = DetailsOf(status);
  return details.reason == reason ||
         std::any_of(details.violations.begin(), details.violations.end(),
                     [&](const FieldViolation& violation) { return violation.reason == reason; });
}

// A field that is wrong, by its path as the proto writes it.
MATCHER_P(HasViolation, field,
          std::string(negation ? "has no violation of " : "has a violation of ") +
              std::string(field)) {
  const absl::Status& status = testing_internal::StatusOf(arg);
  testing_internal::Explain(status, result_listener);
  const ErrorDetails details = DetailsOf(status);
  return std::any_of(details.violations.begin(), details.violations.end(),
                     [&](const FieldViolation& violation) { return violation.field == field; });
}

}  // namespace vg

#define VG_TESTING_CONCAT_INNER(a, b) a##b
#define VG_TESTING_CONCAT(a, b) VG_TESTING_CONCAT_INNER(a, b)
#define VG_ASSERT_OK_AND_ASSIGN_IMPL(result, lhs, expr) \
  auto result = (expr);                                 \
  ASSERT_THAT(result, ::vg::IsOk());                    \
  lhs = *std::move(result)

#define EXPECT_OK(expr) EXPECT_THAT((expr), ::vg::IsOk())
#define ASSERT_OK(expr) ASSERT_THAT((expr), ::vg::IsOk())

// Assigns the value of the StatusOr `expr` to `lhs`, or ends the test.
#define ASSERT_OK_AND_ASSIGN(lhs, expr) \
  VG_ASSERT_OK_AND_ASSIGN_IMPL(VG_TESTING_CONCAT(vg_result_, __LINE__), lhs, expr)

#endif  // VG_COMMON_TESTING_STATUS_MATCHERS_H_
