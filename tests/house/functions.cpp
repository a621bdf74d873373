#include "tests/house/functions.h"

#include <algorithm>
#include <regex>

namespace slipring::house {

namespace {

// The text with comments, literals and preprocessor lines blanked; line ends stay.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text) {}

  std::string blanked() {
    while (at_ < text_.size()) {
      if (line_is_blank_ && text_[at_] == '#')
        skip_directive();
      else if (text_.substr(at_).starts_with("//"))
        skip_to("\n", 0);
      else if (text_.substr(at_).starts_with("/*"))
        skip_to("*/", 2);
      else if (text_.substr(at_).starts_with("R\""))
        skip_raw_string();
      else if (text_[at_] == '"' || (text_[at_] == '\'' && !follows_digit()))
        skip_literal(text_[at_]);
      else
        keep();
    }
    return out_;
  }

 private:
  [[nodiscard]] bool follows_digit() const {  // 1'000'000
    return at_ > 0 && std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0;
  }
  void keep() {
    const char c = text_[at_++];
    line_is_blank_ = c == '\n' || (line_is_blank_ && (c == ' ' || c == '\t'));
    out_ += c;
  }
  void drop(std::size_t count) {
    for (; count > 0 && at_ < text_.size(); --count, ++at_)
      if (text_[at_] == '\n') out_ += '\n';
  }
  void skip_to(std::string_view end, std::size_t beyond) {
    const std::size_t found = text_.find(end, at_ + 2);
    drop(found == std::string_view::npos ? text_.size() - at_ : found + beyond - at_);
  }
  void skip_directive() {
    while (at_ < text_.size() && text_[at_] != '\n') drop(text_[at_] == '\\' ? 2 : 1);
  }
  void skip_raw_string() {
    const std::size_t open = text_.find('(', at_);
    std::string end = ")";
    end += text_.substr(at_ + 2, open - at_ - 2);
    end += '"';
    skip_to(end, end.size());
  }
  void skip_literal(char quote) {
    drop(1);
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n')
      drop(text_[at_] == '\\' ? 2 : 1);
    drop(1);
    out_ += '0';
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0;
  bool line_is_blank_ = true;
};

enum class Block { Scope, Function, Other };

// What a brace opens, from what stands before it since the last ';' or brace.
Block block_of(const std::string& head) {
  static const std::regex scope("\\b(namespace|class|struct|union|extern)\\b[^()]*$");
  static const std::regex value("=\\s*[^()]*$|=[^()]*\\(|\\benum\\b");
  static const std::regex with_operator("\\boperator\\s*[=<>!+-]");
  if (std::regex_search(head, scope)) return Block::Scope;
  if (head.find('(') == std::string::npos) return Block::Other;
  if (std::regex_search(head, value) && !std::regex_search(head, with_operator) &&
      head.find('=') < head.find('('))
    return Block::Other;
  return Block::Function;
}

std::string first_words(const std::string& head) {
  const std::size_t begin = head.find_first_not_of(" \t\n");
  if (begin == std::string::npos) return "";
  return head.substr(begin, std::min<std::size_t>(head.find('\n', begin), begin + 80) - begin);
}

}  // namespace

std::vector<Function> functions_of(std::string_view text) {
  const std::string blanked = Blanker(text).blanked();
  std::vector<Function> found;
  std::vector<Block> open;
  std::string head;
  int line = 1;
  std::size_t depth_of_function = 0;  // 0: not inside one
  for (const char c : blanked) {
    line += c == '\n';
    if (c == '{') {
      const Block block = block_of(head);
      open.push_back(block);
      if (block == Block::Function && depth_of_function == 0) {
        depth_of_function = open.size();
        const auto begin = std::min(head.find_first_not_of(" \t\n"), head.size());
        const auto rest =
            std::count(head.begin() + static_cast<std::ptrdiff_t>(begin), head.end(), '\n');
        found.push_back({first_words(head), line - static_cast<int>(rest), 0});
      }
    } else if (c == '}' && !open.empty()) {
      if (open.size() == depth_of_function) {
        found.back().lines = line - found.back().first_line + 1;
        depth_of_function = 0;
      }
      open.pop_back();
    }
    const bool ends_head = c == '{' || c == '}' || c == ';';
    ends_head ? head.clear() : head.push_back(c);
  }
  return found;
}

}  // namespace slipring::house
