#include <fmt/format.h>

#include <utility>

#include "engine/cli/export/finding_file.h"
#include "engine/dicom/escape.h"

namespace slipring::cli {

namespace {

class Csv final : public FindingFile {
 public:
  explicit Csv(WholeFile file) : file_(std::move(file)) {
    file_.write("path,rule,severity,tag,offset,message,known\r\n");
  }

  void add(std::string_view path, const dicom::Finding& finding, bool known) override {
    const bool placed = finding.path.empty() && finding.tag.value != 0;
    file_.write(fmt::format("{},{},{},{},{},{},{}\r\n", csv_field(path),
                            dicom::to_string(finding.rule), dicom::letter(finding.severity),
                            csv_field(placed ? dicom::to_string(finding.tag) : finding.path),
                            finding.offset == kNoOffset ? "" : std::to_string(finding.offset),
                            csv_field(finding.message), known ? "yes" : "no"));
  }
  Result<void> close() override { return file_.finish(); }

 private:
  WholeFile file_;
};

}  // namespace

std::string csv_field(std::string_view text) {
  const std::string plain = dicom::terminal_text(text);
  std::string field = "\"";
  constexpr std::string_view kFormula = "=+-@";
  if (!plain.empty() && kFormula.find(plain.front()) != std::string_view::npos) field += '\'';
  for (const char c : plain) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + '"';
}

Result<std::unique_ptr<FindingFile>> open_csv(const std::string& path) {
  TRY_ASSIGN(WholeFile file, WholeFile::create(path));
  return std::make_unique<Csv>(std::move(file));
}

}  // namespace slipring::cli
