// What goes into a statement and what comes out of it.

#ifndef VG_COMMON_SQL_VALUE_H_
#define VG_COMMON_SQL_VALUE_H_

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace vg::sql {

// Octets of any kind, for a {bytes} column: `Bytes{message.SerializeAsString()}`.
struct Bytes {
  std::string octets;
};

// One parameter or one cell: null, a 64-bit integer, UTF-8 text or octets. A value type; it owns
// what it holds. There is no floating point: amounts are integer cents, decimals are text.
//
// Integers, bool (0 or 1), strings, Bytes, absl::Time (microseconds since 1970, UTC) and
// std::optional of these convert by themselves; a missing optional is a null of its type.
// 64-bit unsigned numbers and enums must be cast where they are used.
class Value {
 public:
  enum class Type { kUnknown, kInt64, kText, kBytes };

  Value() = default;        // Null.
  Value(std::nullptr_t) {}  // NOLINT(google-explicit-constructor)
  Value(std::nullopt_t) {}  // NOLINT(google-explicit-constructor)
  template <std::integral T>
  requires(sizeof(T) < 8 || std::is_signed_v<T>)
      Value(T number)  // NOLINT(google-explicit-constructor)
      : type_(Type::kInt64), null_(false), number_(static_cast<int64_t>(number)) {}
  Value(absl::Time time)  // NOLINT(google-explicit-constructor)
      : Value(absl::ToUnixMicros(time)) {}
  Value(std::string text)  // NOLINT(google-explicit-constructor)
      : type_(Type::kText), null_(false), octets_(std::move(text)) {}
  Value(std::string_view text) : Value(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  Value(const char* text) : Value(std::string(text)) {}       // NOLINT(google-explicit-constructor)
  Value(Bytes bytes)                                          // NOLINT(google-explicit-constructor)
      : type_(Type::kBytes), null_(false), octets_(std::move(bytes.octets)) {}
  template <typename T>
  Value(std::optional<T> maybe)  // NOLINT(google-explicit-constructor)
      : Value(maybe.has_value() ? Value(*std::move(maybe)) : NullLike(Value(T()))) {}

  Type type() const { return type_; }
  bool is_null() const { return null_; }
  int64_t number() const { return number_; }             // kInt64
  const std::string& octets() const { return octets_; }  // kText, kBytes

 private:
  static Value NullLike(Value value) {
    Value null;
    null.type_ = value.type_;
    return null;
  }

  Type type_ = Type::kUnknown;
  bool null_ = true;
  int64_t number_ = 0;
  std::string octets_;
};

// The parameters of one call, $1 first: `{school_id, count, Bytes{digest}}`, or a vector or span of
// Values. Borrows them; use it only as the type of a function's parameter.
class Params {
 public:
  Params() = default;
  Params(std::initializer_list<Value> values) { values_ = {values.begin(), values.size()}; }
  Params(const std::vector<Value>& values) : values_(values) {}  // NOLINT
  Params(std::span<const Value> values) : values_(values) {}     // NOLINT

  std::span<const Value> values() const { return values_; }

 private:
  std::span<const Value> values_;
};

// One row of a result while it is being visited; views into it end with the visit. Columns count
// from 0. Reading a column as another type than it has, or a null as a number or text, gives an
// empty value and makes the whole query fail with INTERNAL, so visitors need no checks.
class Row {
 public:
  virtual ~Row() = default;

  virtual int columns() const = 0;
  virtual bool IsNull(int column) const = 0;
  virtual int64_t Int64(int column) const = 0;
  virtual std::string_view Text(int column) const = 0;
  virtual std::string_view Octets(int column) const = 0;  // A {bytes} column.

  bool Bool(int column) const { return Int64(column) != 0; }
  int Int(int column) const { return static_cast<int>(Int64(column)); }
  absl::Time Time(int column) const { return absl::FromUnixMicros(Int64(column)); }
  std::string String(int column) const { return std::string(Text(column)); }
  std::string OctetString(int column) const { return std::string(Octets(column)); }
  std::optional<int64_t> OptionalInt64(int column) const {
    return IsNull(column) ? std::nullopt : std::optional<int64_t>(Int64(column));
  }
  std::optional<std::string> OptionalString(int column) const {
    return IsNull(column) ? std::nullopt : std::optional<std::string>(String(column));
  }
};

// A borrowed visitor of rows: a lambda that returns absl::Status (not OK ends the query, and the
// query returns it) or nothing. Use it only as the type of a function's parameter.
class RowVisitor {
 public:
  template <typename F>
  requires(std::is_invocable_v<F&, const Row&> &&
           !std::is_same_v<std::remove_cvref_t<F>, RowVisitor>)
      RowVisitor(F&& visit)  // NOLINT(google-explicit-constructor)
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(visit)))),
        call_([](void* object, const Row& row) -> absl::Status {
          auto& f = *static_cast<std::remove_reference_t<F>*>(object);
          if constexpr (std::is_void_v<std::invoke_result_t<F&, const Row&>>) {
            f(row);
            return absl::OkStatus();
          } else {
            return f(row);
          }
        }) {}

  absl::Status operator()(const Row& row) const { return call_(object_, row); }

 private:
  void* object_;
  absl::Status (*call_)(void*, const Row&);
};

}  // namespace vg::sql

#endif  // VG_COMMON_SQL_VALUE_H_
