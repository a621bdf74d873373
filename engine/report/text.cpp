#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "engine/dicom/escape.h"
#include "engine/report/amounts.h"
#include "engine/report/content.h"

namespace slipring::report {

using dicom::terminal_text;

namespace {

class Page {
 public:
  template <class... Arguments>
  void line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
    while (text_.ends_with(' ')) text_.pop_back();
    text_ += '\n';
  }
  void title(std::string_view name) { line("\n{}", name); }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// A tag path with its middle left out when it is long: nesting may be as deep as the scan's limit.
std::string short_tag(std::string_view tag) {
  constexpr std::size_t kEndsBytes = 36;
  if (tag.size() <= 3 * kEndsBytes) return terminal_text(tag);
  return terminal_text(tag.substr(0, kEndsBytes)) + " ... " +
         terminal_text(tag.substr(tag.size() - kEndsBytes));
}

// "CT/a/0f3.dcm @0x5e0 (7FE0,0010)"
std::string place(std::string_view path, std::uint64_t offset, std::string_view tag) {
  std::string text = terminal_text(path);
  if (offset != kNoOffset) text += fmt::format(" @{:#x}", offset);
  if (!tag.empty()) text += " " + short_tag(tag);
  return text;
}

void verdict(Page& page, const Content& content) {
  const ledger::Totals& totals = content.totals;
  page.line("{}",
            content.unfinished == 0
                ? "verdict: the books balance: every file seen has exactly one outcome"
                : "verdict: the books do not balance: run the same command again, it resumes");
  page.line("  files     {}", arithmetic(content));
  const bool looked = totals.bytes_out == 0 && content.pixels_verified == 0;  // wrote nothing
  page.line("  bytes     {} in{}", bytes_text(totals.bytes_in),
            looked ? "" : fmt::format(", {} out", bytes_text(totals.bytes_out)));
  page.line("  findings  {} errors, {} warnings, {} notes", count_text(totals.findings[2]),
            count_text(totals.findings[1]), count_text(totals.findings[0]));
  if (!looked)
    page.line("  pixels    {} objects verified: the same before and after",
              count_text(content.pixels_verified));
  page.line("  ledger    {}", terminal_text(content.path));
  page.line("  rows      sha256 {}", content.rows_sha256);
  page.line("  report    slipring {}", SLIPRING_VERSION);
}

void reasons(Page& page, const Content& content) {
  page.title("discrepancies");
  if (content.reasons.empty()) page.line("  none");
  for (const ledger::ReasonGroup& group : content.reasons) {
    const dicom::Record& example = group.example;
    page.line("  {:<11} {:>9}  {:>8}  {}", dicom::name(group.outcome), count_text(group.objects),
              bytes_text(group.bytes_in), terminal_text(group.reason));
    const std::string why = error_text(example);
    page.line(
        "    first   {}{}{}",
        place(example.path, example.error ? example.error->offset : kNoOffset, example.error_tag),
        why.empty() ? "" : ": ", why);
    if (const auto what_to_do = advice(group); !what_to_do.empty())
      page.line("    to do   {}", what_to_do);
  }
}

void rules(Page& page, const Content& content) {
  page.title("findings by rule");
  if (content.rules.empty()) return page.line("  none");
  page.line("  rule   severity   objects  findings  what");
  for (std::size_t i = 0; i < content.rules.size(); ++i) {
    const ledger::RuleGroup& group = content.rules[i];
    const dicom::Finding& example = group.example;
    page.line("  {:<6} {:<8} {:>9} {:>9}  {}", dicom::to_string(group.rule),
              dicom::word(group.severity), count_text(group.objects), count_text(group.findings),
              content.rule_texts[i].title);
    const std::string tag =
        !example.path.empty() || example.tag.value == 0 ? example.path : to_string(example.tag);
    page.line("    first   {}{}{}", place(group.example_path, example.offset, tag),
              example.message.empty() ? "" : ": ", terminal_text(example.message));
    if (!content.rule_texts[i].advice.empty())
      page.line("    to do   {}", content.rule_texts[i].advice);
  }
}

void syntaxes(Page& page, const Content& content) {
  page.title("transfer syntaxes");
  if (content.syntaxes.empty()) return page.line("  none");
  std::size_t from_width = 4;
  std::size_t to_width = 2;
  for (const ledger::SyntaxGroup& group : content.syntaxes) {
    from_width = std::max(from_width, syntax_text(group.from).size());
    to_width = std::max(to_width, syntax_text(group.to).size());
  }
  page.line("  {:<{}}  {:<{}}  {:>9}  {:>8}  {:>8}  ratio", "from", from_width, "to", to_width,
            "files", "in", "out");
  for (const ledger::SyntaxGroup& group : content.syntaxes)
    page.line("  {:<{}}  {:<{}}  {:>9}  {:>8}  {:>8}  {:>5}", syntax_text(group.from), from_width,
              syntax_text(group.to), to_width, count_text(group.objects),
              bytes_text(group.bytes_in), bytes_text(group.bytes_out),
              group.bytes_out == 0 ? "-" : ratio_text(group.bytes_out, group.bytes_in));
}

void sizes(Page& page, const Content& content) {
  page.title("sizes");
  page.line("  modality    files        in   written       out  ratio");
  for (const auto& [modality, sizes] : content.by_modality)
    page.line("  {:<8} {:>8}  {:>8}  {:>8}  {:>8}  {:>5}",
              modality.empty() ? "-" : terminal_text(modality), count_text(sizes.objects),
              bytes_text(sizes.bytes_in), count_text(sizes.written), bytes_text(sizes.bytes_out),
              ratio_text(sizes.bytes_out, sizes.bytes_in_written));
  std::uint64_t from = 0;
  for (const std::uint64_t files : content.by_decade) {
    if (files != 0) page.line("  files of {} and more: {}", bytes_text(from), count_text(files));
    from = from == 0 ? 10 : from * 10;
  }
}

void jobs(Page& page, const Content& content) {
  page.title("jobs");
  for (const ledger::Job& job : content.jobs) {
    std::string end = job.running ? "running" : "killed";
    if (job.finished_ms != 0)
      end = fmt::format("{}, exit {}{}",
                        seconds_text(static_cast<double>(job.finished_ms - job.started_ms) / 1000),
                        job.exit_code,
                        job.exit_reason.empty() ? "" : " (" + terminal_text(job.exit_reason) + ")");
    page.line("  {} UTC  {}  {}", time_text(job.started_ms), terminal_text(job.name), end);
    const bool named = job.arguments.starts_with(job.command + " ");  // the command is among them
    page.line("    slipring {}{}", named ? "" : terminal_text(job.command) + " ",
              terminal_text(job.arguments));
  }
}

}  // namespace

Result<std::string> as_text(ledger::Ledger& ledger, const DescribeRule& describe) {
  TRY_ASSIGN(const Content content, collect(ledger, describe));
  Page page;
  verdict(page, content);
  reasons(page, content);
  rules(page, content);
  syntaxes(page, content);
  sizes(page, content);
  jobs(page, content);
  page.title("method");
  for (const std::string& sentence : method(content)) page.line("  {}", sentence);
  return page.take();
}

}  // namespace slipring::report
