// A command of the command line and its options, over CLI11. CLI11 is all templates: its header
// alone takes four seconds to compile, so only command.cpp and those that run, print or fill the
// whole tree (cli.cpp, manual/command_tree.cpp, toml_config.cpp) include it.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace slipring::cli {

// What was typed cannot be meant: ends the program with exit code 2 and "SUBJECT: TEXT".
class UsageError : public std::runtime_error {
 public:
  UsageError(const std::string& subject, const std::string& text)
      : std::runtime_error(subject + ": " + text), subject_(subject), text_(text) {}
  [[nodiscard]] const std::string& subject() const { return subject_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string subject_;
  std::string text_;
};

enum class Case : std::uint8_t { Matters, Ignored };

// One option or positional; a handle, as long as the command line is.
class Option {
 public:
  explicit Option(CLI::Option& option) : option_(&option) {}

  const Option& required() const;
  const Option& shows_default() const;            // --help says what holds without it
  const Option& envname(const char* name) const;  // read from there when it is not typed
  const Option& words(int least, int most) const;
  const Option& one_word_each() const;  // of a list: given again, not followed by several
  // Refused outside; both ends belong to it.
  const Option& range(int least, int most) const;
  const Option& range(unsigned least, unsigned most) const;
  const Option& range(double least, double most) const;
  const Option& one_of(const std::vector<std::string>& words, Case letters = Case::Matters) const;
  // Refused with what `wrong` returns, unless that is "".
  const Option& check(std::function<std::string(const std::string&)> wrong) const;
  const Option& transform(const std::function<std::string(std::string)>& into) const;
  const Option& existing_directory() const;

 private:
  CLI::Option* option_;
};

// A handle, as long as the command line is. Names as CLI11 takes them: "-j,--threads" of an option,
// "file" of a positional. Values are stored when the line is parsed, and must outlive that.
class Command {
 public:
  explicit Command(CLI::App& app) : app_(&app) {}
  [[nodiscard]] CLI::App& app() const { return *app_; }

  Option add_option(const std::string& name, std::string& value, const std::string& help) const;
  Option add_option(const std::string& name, std::vector<std::string>& value,
                    const std::string& help) const;
  Option add_option(const std::string& name, int& value, const std::string& help) const;
  Option add_option(const std::string& name, unsigned& value, const std::string& help) const;
  Option add_option(const std::string& name, std::uint16_t& value, const std::string& help) const;
  Option add_option(const std::string& name, std::uint64_t& value, const std::string& help) const;
  Option add_option(const std::string& name, double& value, const std::string& help) const;
  Option add_option(const std::string& name, std::optional<std::uint16_t>& value,
                    const std::string& help) const;
  // `take` is given the text, and may throw UsageError, of which the option is the subject.
  Option add_option_function(const std::string& name, std::function<void(const std::string&)> take,
                             const std::string& help) const;
  // A word that stands for a value, in any case of letters.
  template <typename Value>
  Option add_choice(const std::string& name, Value& value,
                    const std::map<std::string, Value>& words, const std::string& help) const {
    std::vector<std::string> names;
    names.reserve(words.size());
    for (const auto& [word, meaning] : words) names.push_back(word);
    return add_words(
        name, names, [&value, words](const std::string& word) { value = words.at(word); }, help);
  }
  void add_flag(const std::string& name, bool& value, const std::string& help) const;
  void add_flag_callback(const std::string& name, std::function<void()> then,
                         const std::string& help) const;
  // Refuses `name` beside any of `others`; all were added before.
  void exclude(const std::string& name, std::initializer_list<const char*> others) const;
  void footer(const std::string& text) const;  // below its --help

 private:
  Option add_words(const std::string& name, const std::vector<std::string>& words,
                   std::function<void(const std::string&)> take, const std::string& help) const;

  CLI::App* app_;
};

}  // namespace slipring::cli
