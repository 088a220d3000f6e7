// A YAML document as a tree with positions: what yaml-cpp reads, within limits.

#ifndef VG_COMMON_YAML_TREE_H_
#define VG_COMMON_YAML_TREE_H_

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/yaml/yaml.h"

namespace vg::yaml {

struct Entry;

struct Tree {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  YamlSource::Position position;
  bool quoted = false;  // A scalar in quotes or as a block: always a text.
  std::string scalar;
  std::vector<Tree> items;     // Of a list.
  std::vector<Entry> entries;  // Of a map, in order.
};

struct Entry {
  std::string name;
  Tree value;
};

struct TreeError {
  std::string_view reason;
  YamlSource::Position position;
  std::string sentence;
};

std::variant<Tree, TreeError> ReadTree(std::string_view text, const YamlLimits& limits);

}  // namespace vg::yaml

#endif  // VG_COMMON_YAML_TREE_H_
