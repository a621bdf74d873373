#include "engine/cli/manual/man_page.h"

#include <fmt/format.h>

#include <cctype>
#include <iterator>

#include "engine/cli/output/exit_codes.h"

namespace slipring::cli {

namespace {

// Text as roff shows it: no hyphen turned to a dash, no line that begins as a request does.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += "\\&";
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

class Page {
 public:
  Page(const std::string& name, const std::string& text) {
    line(R"(.TH {} 1 "" "slipring {}" "Slipring")", escaped(upper(name)), SLIPRING_VERSION);
    section("NAME");
    line("{} \\- {}", escaped(name), escaped(text));
  }

  template <typename... Arguments>
  void line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
    text_ += '\n';
  }
  void section(std::string_view name) { line(".SH {}", name); }
  void item(std::string_view head, std::string_view text) {
    line(".TP\n{}\n{}", head, escaped(text));
  }

  void options(const std::vector<OptionWords>& options) {
    for (const OptionWords& option : options) {
      std::string head;
      for (const std::string& name : option.names)
        head += fmt::format("{}\\fB{}\\fR", head.empty() ? "" : ", ", escaped(name));
      if (!option.value.empty()) head += fmt::format(" \\fI{}\\fR", escaped(option.value));
      std::string text = option.text;
      if (!option.choices.empty())
        text +=
            fmt::format("{}one of {}", text.empty() ? "" : "; ", fmt::join(option.choices, ", "));
      item(head, text);
    }
  }

  void exit_status() {
    section("EXIT STATUS");
    for (const ExitMeaning& exit : kExitMeanings) item(std::to_string(exit.code), exit.text);
  }

  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace

std::string man_page(const CommandWords& program) {
  Page page(program.name, "reads, validates, converts and proves DICOM archives");
  page.section("SYNOPSIS");
  page.line("\\fB{}\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]", escaped(program.name));
  page.section("COMMANDS");
  for (const CommandWords& command : program.commands)
    page.item(fmt::format("\\fB{}\\fR", escaped(command.name)), command.text);
  page.section("OPTIONS");
  page.options(program.options);
  page.exit_status();
  page.section("ENVIRONMENT");
  page.item("\\fBSLIPRING_THREADS\\fR, \\fBSLIPRING_MEMORY\\fR",
            "what --threads and --memory are where they are not given");
  page.section("FILES");
  page.item("\\fIOUT\\fR/.slipring/ledger.db",
            "the ledger of a job that writes: one outcome for every file seen");
  page.item("$XDG_STATE_HOME/slipring/", "the ledgers of jobs that only read or send");
  page.section("SEE ALSO");
  std::string others;
  for (const CommandWords& command : program.commands)
    others += fmt::format("{}\\fB{}\\-{}\\fR(1)", others.empty() ? "" : ",\n",
                          escaped(program.name), escaped(command.name));
  page.line("{}", others);
  return std::move(page).text();
}

std::string man_page(const CommandWords& program, const CommandWords& command) {
  Page page(program.name + "-" + command.name, command.text);
  page.section("SYNOPSIS");
  std::string synopsis =
      fmt::format("\\fB{} {}\\fR [\\fIOPTIONS\\fR]", escaped(program.name), escaped(command.name));
  for (const OptionWords& positional : command.positionals)
    synopsis += fmt::format(" [\\fI{}\\fR]", escaped(positional.names.front()));
  if (!command.commands.empty()) synopsis += " \\fICOMMAND\\fR";
  page.line("{}", synopsis);
  if (!command.commands.empty()) page.section("COMMANDS");
  for (const CommandWords& below : command.commands) {
    page.item(fmt::format("\\fB{}\\fR", escaped(below.name)), below.text);
    page.line(".RS");
    page.options(below.positionals);
    page.options(below.options);
    page.line(".RE");
  }
  page.section("OPTIONS");
  page.options(command.positionals);
  page.options(command.options);
  page.exit_status();
  page.section("SEE ALSO");
  page.line("\\fB{}\\fR(1)", escaped(program.name));
  return std::move(page).text();
}

}  // namespace slipring::cli
