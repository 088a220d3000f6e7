#include "common/yaml/tree.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include "yaml-cpp/depthguard.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/parser.h"

#include "common/text/encoding.h"

namespace vg::yaml {
namespace {

YamlSource::Position At(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

// Builds the tree from yaml-cpp's events. After the first error the rest is passed over.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(const YamlLimits& limits) : limits_(limits) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    RefuseAnchor(mark, anchor);
    Tree node;
    node.position = At(mark);
    Add(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Fail("ALIAS_NOT_ALLOWED", mark, "aliases are not read; write the value out");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    RefuseAnchor(mark, anchor);
    // "?" is a plain scalar, "!" one in quotes or a block.
    if (tag != "?" && tag != "!" && tag != "" && tag != "tag:yaml.org,2002:str") {
      Fail("WRONG_TYPE", mark, "tags such as !name are not read; leave it out");
    }
    Tree node;
    node.kind = Tree::Kind::kScalar;
    node.position = At(mark);
    node.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    node.scalar = value;
    Add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, anchor, Tree::Kind::kList);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, anchor, Tree::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

  std::optional<TreeError> error;
  Tree root;

 private:
  struct Level {
    Tree node;
    std::optional<std::string> key;  // Of the entry whose value comes next.
  };

  void Fail(std::string_view reason, const YAML::Mark& mark, std::string sentence) {
    FailAt(reason, At(mark), std::move(sentence));
  }
  void FailAt(std::string_view reason, YamlSource::Position position, std::string sentence) {
    if (!error) error = TreeError{reason, position, std::move(sentence)};
  }

  void RefuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) Fail("ALIAS_NOT_ALLOWED", mark, "anchors are not read; write the value out");
  }

  void Open(const YAML::Mark& mark, YAML::anchor_t anchor, Tree::Kind kind) {
    RefuseAnchor(mark, anchor);
    if (static_cast<int>(levels_.size()) >= limits_.max_depth) {
      Fail("DOCUMENT_TOO_DEEP", mark,
           "the document is nested deeper than " + std::to_string(limits_.max_depth) + " levels");
    }
    if (error) return;
    Level level;
    level.node.kind = kind;
    level.node.position = At(mark);
    levels_.push_back(std::move(level));
  }

  void Close() {
    if (error || levels_.empty()) return;
    Tree node = std::move(levels_.back().node);
    levels_.pop_back();
    Add(std::move(node));
  }

  void Add(Tree node) {
    if (error) return;
    if (++nodes_ > limits_.max_nodes) {
      FailAt("DOCUMENT_TOO_LARGE", node.position,
             "the document has more than " + std::to_string(limits_.max_nodes) + " values");
      return;
    }
    if (levels_.empty()) {
      root = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == Tree::Kind::kList) {
      level.node.items.push_back(std::move(node));
      return;
    }
    if (!level.key) {
      if (node.kind != Tree::Kind::kScalar) {
        FailAt("WRONG_TYPE", node.position, "a name is expected before the colon");
        return;
      }
      level.key = std::move(node.scalar);
      key_position_ = node.position;
      return;
    }
    // An entry's place is that of its value; a value that is not there stands where its name does.
    if (node.kind == Tree::Kind::kNull) node.position = key_position_;
    level.node.entries.push_back({*std::move(level.key), std::move(node)});
    level.key.reset();
  }

  const YamlLimits limits_;
  std::vector<Level> levels_;
  YamlSource::Position key_position_;
  size_t nodes_ = 0;
};

// The names of a map are distinct.
std::optional<TreeError> FindDuplicate(const Tree& tree) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : tree.entries) names.push_back(name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) {
    const auto last = std::find_if(tree.entries.rbegin(), tree.entries.rend(),
                                   [&](const auto& entry) { return entry.name == *twice; });
    return TreeError{"DUPLICATE_FIELD", last->value.position,
                     "'" + last->name + "' is there twice; leave one"};
  }
  for (const auto& [name, value] : tree.entries) {
    if (auto error = FindDuplicate(value)) return error;
  }
  for (const Tree& item : tree.items) {
    if (auto error = FindDuplicate(item)) return error;
  }
  return std::nullopt;
}

}  // namespace

std::variant<Tree, TreeError> ReadTree(std::string_view text, const YamlLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return TreeError{"DOCUMENT_TOO_LARGE",
                     {1, 1},
                     "the document has more than " + std::to_string(limits.max_bytes) + " bytes"};
  }
  if (!IsUtf8(text) || text.find('\0') != std::string_view::npos) {
    return TreeError{"YAML_SYNTAX", {1, 1}, "the document is not text in UTF-8"};
  }
  Builder builder(limits);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    if (builder.error) return *std::move(builder.error);
    Builder second(limits);
    if (parser.HandleNextDocument(second)) {
      return TreeError{"YAML_SYNTAX", second.root.position, "a file holds one document"};
    }
  } catch (const YAML::DeepRecursion&) {
    if (builder.error) return *std::move(builder.error);
    return TreeError{"DOCUMENT_TOO_DEEP", {1, 1}, "the document is nested far too deep"};
  } catch (const YAML::Exception& error) {
    if (builder.error) return *std::move(builder.error);
    return TreeError{"YAML_SYNTAX", At(error.mark), error.msg};
  }
  if (auto error = FindDuplicate(builder.root)) return *std::move(error);
  return std::move(builder.root);
}

}  // namespace vg::yaml
